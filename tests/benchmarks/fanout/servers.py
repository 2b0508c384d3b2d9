"""Servers to compare a relay with, each a process of its own: ``servers.py NAME``.

It says which port it has.  Each sends a page to everyone when anyone says ``send SIZE NUMBER``.
"""

from __future__ import annotations

import asyncio
import functools
import socket
import sys
from typing import Any

import tornado.escape
import tornado.web
import tornado.websocket
import websockets
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from websockets.asyncio.server import ServerConnection, broadcast, serve

WIDTH = 12
"""Columns of a page."""


@functools.cache
def page(size: int) -> dict[str, Any]:
    """A page of about ``size`` bytes, as the article's server has it: rows, and where they are."""
    cell = "x" * max(1, size // (100 * WIDTH) - 4)
    return {"uuid": "0" * 36, "total_number": 100, "data": [[cell] * WIDTH for _ in range(100)]}


class Article(tornado.websocket.WebSocketHandler):
    """A page for everyone as the article has it: a dictionary, given to each connection."""

    def initialize(self, everybody: dict[Article, None]) -> None:
        self.everybody = everybody

    def open(self) -> None:
        self.everybody[self] = None

    def on_message(self, message: str | bytes) -> None:
        _, size, number = str(message).split()
        shown = {**page(int(size)), "page_no": int(number)}
        for one in list(self.everybody):
            one.write_message(shown)

    def on_close(self) -> None:
        del self.everybody[self]


async def article(listener: socket.socket) -> None:
    routes = [("/", Article, {"everybody": {}})]
    HTTPServer(tornado.web.Application(routes)).add_sockets([listener])


async def websockets_broadcast(listener: socket.socket) -> None:
    everybody: set[ServerConnection] = set()

    async def talk(one: ServerConnection) -> None:
        everybody.add(one)
        try:
            async for message in one:
                _, size, number = str(message).split()
                text = tornado.escape.json_encode({**page(int(size)), "page_no": int(number)})
                broadcast(everybody, text)
        except websockets.ConnectionClosed:
            pass
        finally:
            everybody.discard(one)

    await serve(talk, sock=listener, compression=None, ping_interval=None)


async def aiohttp_text(listener: socket.socket) -> None:
    from aiohttp import WSMsgType, web

    everybody: dict[web.WebSocketResponse, None] = {}

    async def talk(request: web.Request) -> web.WebSocketResponse:
        one = web.WebSocketResponse(compress=False)
        await one.prepare(request)
        everybody[one] = None
        try:
            async for message in one:
                if message.type is not WSMsgType.TEXT:
                    break
                _, size, number = message.data.split()
                text = tornado.escape.json_encode({**page(int(size)), "page_no": int(number)})
                await asyncio.gather(*(other.send_str(text) for other in everybody))
        finally:
            del everybody[one]
        return one

    app = web.Application()
    app.router.add_get("/", talk)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=4096).start()


SERVERS = {"article": article, "websockets": websockets_broadcast, "aiohttp": aiohttp_text}


async def main(name: str) -> None:
    (listener,) = bind_sockets(0, "127.0.0.1", backlog=4096)
    await SERVERS[name](listener)
    print(f"listening on port {listener.getsockname()[1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
