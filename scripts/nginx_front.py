"""nginx before relays on this computer, as ``deploy/nginx.conf`` has it, on ports that are free."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

DEPLOYED = Path(__file__).parent.parent / "deploy" / "nginx.conf"

FRAME = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/tsvshare.conf;
}}
"""


class Secured(NamedTuple):
    """A certificate with its key, and the port from which one is led to where these are shown."""

    certificate: Path
    key: Path
    plain_port: int


def filled_in(text: str, **said: str) -> str:
    """A configuration with its marked parts replaced, each of which must be there."""
    for old, new in said.items():
        if old not in text:
            raise ValueError(f"the configuration has no {old!r}")
        text = text.replace(old, new)
    return text


def nginx_options(
    folder: Path, port: int, relays: Sequence[int], *, root: str = "/", tls: Secured | None = None
) -> list[str]:
    """The options of an nginx on a port, before the relays on these; its files are in ``folder``.

    ``root`` is the path below which the relays are.  Without ``tls`` it speaks plain HTTP.
    """
    servers = [f"server 127.0.0.1:{relay} max_fails=1 fail_timeout=1s;" for relay in relays]
    said = {
        "server 127.0.0.1:8765 max_fails=1 fail_timeout=5s;": "\n".join(servers),
        "tables.example.org": "localhost",
        "location / {": f"location {root} {{",
    }
    if tls is not None:
        said["listen 443 ssl http2;"] = f"listen 127.0.0.1:{port} ssl http2;"
        said["listen 80;"] = f"listen 127.0.0.1:{tls.plain_port};"
        said["/etc/ssl/tsvshare/cert.pem"] = str(tls.certificate)
        said["/etc/ssl/tsvshare/key.pem"] = str(tls.key)
    else:
        said["listen 443 ssl http2;"] = f"listen 127.0.0.1:{port};"
    site = filled_in(DEPLOYED.read_text(encoding="utf-8"), **said)
    if tls is None:
        site = re.sub(r"^ +ssl_certificate.*$\n", "", site, flags=re.M)
        site = site[: site.rindex("server {")]  # the one that leads from http to https
    (folder / "tsvshare.conf").write_text(site, encoding="utf-8")
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder), encoding="utf-8")
    return ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
