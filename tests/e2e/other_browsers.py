"""Firefox and WebKitGTK as Debian has them, driven by what they speak themselves.

Playwright drives builds of its own alone. Firefox speaks WebDriver BiDi without a driver beside it,
WebKitGTK comes with a driver that speaks WebDriver; both have the same keys and pointers.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from patience import PATIENCE
from server_process import free_port, wait_until_answers
from websockets.sync.client import ClientConnection, connect

SIZE = (1200, 800)

# The centre of an element, in sight.
CENTRE = """selector => {
  const element = document.querySelector(selector);
  element.scrollIntoView({block: 'nearest'});
  const box = element.getBoundingClientRect();
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
}"""

KEYS = {
    "Escape": "\ue00c",
    "Enter": "\ue007",
    "Tab": "\ue004",
    "Control": "\ue009",
    "Shift": "\ue008",
    "Home": "\ue011",
    "End": "\ue010",
    "PageUp": "\ue00e",
    "PageDown": "\ue00f",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


class Driver(Protocol):
    """How one browser is driven."""

    name: str

    def open(self, url: str) -> None: ...
    def run(self, script: str) -> str: ...
    def act(self, actions: list[dict[str, Any]]) -> None: ...
    def set_file(self, selector: str, path: Path) -> None: ...
    def picture(self) -> str: ...


class Browser:
    """A window of a browser, as a person has it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.name = driver.name

    def open(self, url: str) -> None:
        self.driver.open(url)

    def evaluate(self, function: str, *arguments: Any) -> Any:
        """What a JavaScript function returns, or comes to."""
        call = f"({function})(...{json.dumps(arguments)})"
        return json.loads(self.driver.run(f"JSON.stringify((await {call}) ?? null)"))

    def wait_for(self, function: str, *arguments: Any) -> Any:
        """Wait until a JavaScript function returns something true."""
        deadline = time.monotonic() + PATIENCE
        while not (found := self.evaluate(function, *arguments)):
            assert time.monotonic() < deadline, (function, arguments, self.text()[:2000])
            time.sleep(0.05)
        return found

    def text(self) -> str:
        text: str = self.evaluate("() => document.body.innerText")
        return text

    def wait_for_text(self, selector: str, pattern: str) -> None:
        """Wait until a part says something."""
        says = "(s, p) => new RegExp(p).test(document.querySelector(s)?.textContent ?? '')"
        self.wait_for(says, selector, pattern)

    def click(self, selector: str) -> None:
        self.wait_for("s => document.querySelector(s)?.checkVisibility()", selector)
        x, y = self.evaluate(CENTRE, selector)
        moves = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        kind = {"parameters": {"pointerType": "mouse"}}
        self.driver.act([{"type": "pointer", "id": "mouse", **kind, "actions": moves}])

    def press(self, *keys: str) -> None:
        """Press keys one after the other: "a", "Enter", "Control+End"."""
        presses = []
        for key in keys:
            held = [KEYS.get(part, part) for part in key.split("+")]
            presses += [{"type": "keyDown", "value": value} for value in held]
            presses += [{"type": "keyUp", "value": value} for value in reversed(held)]
        self.driver.act([{"type": "key", "id": "keyboard", "actions": presses}])

    def upload(self, selector: str, path: Path) -> None:
        self.driver.set_file(selector, path)

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.driver.picture()))


class FirefoxDriver:
    """Firefox by WebDriver BiDi."""

    name = "Firefox"

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self.call("session.new", capabilities={})
        self._context = self.call("browsingContext.create", type="tab")["context"]
        size = {"width": SIZE[0], "height": SIZE[1]}
        self._do("browsingContext.setViewport", viewport=size)

    def call(self, method: str, **params: Any) -> Any:
        message = {"id": next(self._ids), "method": method, "params": params}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(PATIENCE))
            if answer.get("id") == message["id"]:
                assert answer["type"] == "success", answer
                return answer["result"]

    def _do(self, method: str, **params: Any) -> Any:
        return self.call(method, context=self._context, **params)

    def _evaluate(self, script: str) -> Any:
        target = {"context": self._context}
        found = self.call("script.evaluate", expression=script, target=target, awaitPromise=True)
        assert found["type"] == "success", found
        return found["result"]

    def open(self, url: str) -> None:
        self._do("browsingContext.navigate", url=url, wait="complete")

    def run(self, script: str) -> str:
        return str(self._evaluate(f"(async () => {script})()")["value"])

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._do("input.performActions", actions=actions)

    def set_file(self, selector: str, path: Path) -> None:
        element = self._evaluate(f"document.querySelector({json.dumps(selector)})")
        shared = {"sharedId": element["sharedId"]}
        self._do("input.setFiles", element=shared, files=[str(path)])

    def picture(self) -> str:
        return str(self._do("browsingContext.captureScreenshot")["data"])


class WebKitDriver:
    """WebKitGTK's MiniBrowser by WebDriver."""

    name = "WebKitGTK"

    def __init__(self, url: str, binary: Path) -> None:
        self._base = f"{url}/session"
        options = {"binary": str(binary), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._call("POST", "", capabilities=wanted)["sessionId"]
        self._base += f"/{session}"
        self._call("POST", "/window/rect", width=SIZE[0], height=SIZE[1])

    def _call(self, method: str, path: str, **body: Any) -> Any:
        data = json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(self._base + path, data, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        self._call("POST", "/url", url=url)

    def run(self, script: str) -> str:
        body = f"return (async () => {script})()"
        return str(self._call("POST", "/execute/sync", script=body, args=[]))

    def act(self, actions: list[dict[str, Any]]) -> None:
        self._call("POST", "/actions", actions=actions)

    def set_file(self, selector: str, path: Path) -> None:
        found = self._call("POST", "/element", using="css selector", value=selector)
        element = next(iter(found.values()))
        self._call("POST", f"/element/{element}/value", text=str(path))

    def picture(self) -> str:
        return str(self._call("GET", "/screenshot"))

    def close(self) -> None:
        self._call("DELETE", "")


def _needs(*programs: str) -> list[str]:
    found = [shutil.which(program) for program in programs]
    missing = [name for name, path in zip(programs, found, strict=True) if path is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed (make test-all does on Debian, as root)")
    return [path for path in found if path]


@contextlib.contextmanager
def _running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, **options) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Browser]:
    """Firefox with a profile of its own."""
    name = "firefox-esr" if shutil.which("firefox-esr") else "firefox"
    (program,) = _needs(name)
    log = folder / "firefox.log"
    flags = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(folder)]
    with log.open("wb") as out, _running([program, *flags], stdout=out, stderr=out) as process:
        deadline = time.monotonic() + PATIENCE
        while not (said := re.search(r"BiDi listening on (ws://\S+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        with connect(f"{said[1]}/session", max_size=None, proxy=None) as socket:
            driver = FirefoxDriver(socket)
            yield Browser(driver)
            driver.call("browser.close")


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[Browser]:
    """WebKitGTK on a screen of its own."""
    program, screen = _needs("WebKitWebDriver", "Xvfb")
    binaries = sorted(Path("/usr").glob("lib*/**/webkit2gtk-*/MiniBrowser"))
    if not binaries:
        pytest.skip("WebKitGTK's MiniBrowser is not installed")
    log = folder / "webkit.log"
    reader, writer = os.pipe()
    command = [screen, "-displayfd", str(writer), "-screen", "0", "1280x900x24"]
    with log.open("wb") as out, contextlib.ExitStack() as stack:
        stack.enter_context(
            _running([*command, "-nolisten", "tcp"], pass_fds=[writer], stdout=out, stderr=out)
        )
        os.close(writer)
        with os.fdopen(reader) as told:
            display = f":{told.readline().strip()}"
        homes = {name: str(folder) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
        environment = {**os.environ, **homes, "DISPLAY": display}
        port = free_port()
        command = [program, f"--port={port}", "--host=127.0.0.1"]
        process = stack.enter_context(_running(command, env=environment, stdout=out, stderr=out))
        url = f"http://127.0.0.1:{port}"
        wait_until_answers(f"{url}/status", process, log)
        driver = WebKitDriver(url, binaries[-1])
        stack.callback(driver.close)
        yield Browser(driver)
