"""A service that speaks as much S3 as a relay asks for, and streams ranges out of a folder.

moto reads whole objects, and ``rclone serve s3`` (1.75) answers ranges with 200 instead of 206,
which no client takes for a part: so neither can tell how long a part takes.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

WHEN = "2026-01-01T00:00:00.000Z"


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder = Path()

    def do_PUT(self):
        path = self._path()
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if "If-None-Match" in self.headers and path.exists():
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self._answer(200, b"", ETag='"1"')

    def do_GET(self):
        asked = urlsplit(self.path)
        if "list-type=2" in asked.query:
            self._list(parse_qs(asked.query).get("prefix", [""])[0])
            return
        path = self._path()
        if not path.is_file():
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        size = path.stat().st_size
        first, last = 0, size - 1
        head = {"ETag": '"1"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        if "Range" in self.headers:
            words = self.headers["Range"].removeprefix("bytes=").split("-")
            first, last = int(words[0]), min(int(words[1]), last)
            head["Content-Range"] = f"bytes {first}-{last}/{size}"
        with path.open("rb") as file:
            self._head(206 if "Range" in self.headers else 200, last - first + 1, head)
            self.wfile.flush()
            self.connection.sendfile(file, first, last - first + 1)

    def do_POST(self):  # deletes
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"<DeleteResult></DeleteResult>")

    def log_message(self, *_):
        pass

    def _path(self):
        return self.folder / unquote(urlsplit(self.path).path).lstrip("/")

    def _list(self, prefix):
        bucket = self._path()
        found = [path for path in (bucket / prefix).rglob("*") if path.is_file()]
        contents = "".join(
            f"<Contents><Key>{escape(path.relative_to(bucket).as_posix())}</Key>"
            f'<LastModified>{WHEN}</LastModified><ETag>"1"</ETag><Size>{path.stat().st_size}</Size>'
            "<StorageClass>STANDARD</StorageClass></Contents>"
            for path in found
        )
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>b</Name>'
            f"<KeyCount>{len(found)}</KeyCount><MaxKeys>100000</MaxKeys>"
            f"<IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
        )
        self._answer(200, body.encode())

    def _answer(self, status, body, **head):
        self._head(status, len(body), head)
        self.wfile.write(body)

    def _head(self, status, size, head):
        self.send_response(status)
        for name, value in {**head, "Content-Length": str(size)}.items():
            self.send_header(name, value)
        self.end_headers()


def main():
    Service.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
