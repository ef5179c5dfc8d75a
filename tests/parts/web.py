"""A server of web pages, in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Pages:
    """What the server has, and what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[bytes, dict[str, str]]] = {}  # path -> content, headers
        self.asked: list[str] = []
        self.no_head = False
        self.address = ""


@pytest.fixture
def pages() -> Iterator[Pages]:
    has = Pages()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, method: str) -> None:
            has.asked.append(f"{method} {self.path}")
            if method == "HEAD" and has.no_head:
                self.send_error(405)
            elif self.path == "/secret":
                self.send_error(403)
            elif self.path == "/broken":
                self.send_error(500)
            elif self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/a.txt?version=1")
                self.end_headers()
            elif self.path not in has.pages:
                self.send_error(404)
            else:
                content, headers = has.pages[self.path]
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if method == "GET":
                    self.wfile.write(content)

        def do_GET(self) -> None:
            self.answer("GET")

        def do_HEAD(self) -> None:
            self.answer("HEAD")

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    has.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield has
    server.shutdown()
    thread.join()
    server.server_close()
