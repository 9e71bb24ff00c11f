"""A server on this machine that answers each path as told and remembers what was asked."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Counts requests and answers each path as told."""

    def __init__(self, default: Answer = (200, {"Content-Type": "text/plain"}, b"hit")) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, Answer | Callable[[http.server.BaseHTTPRequestHandler], None]] = {}
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append((self.path, dict(self.headers.items())))
                answer = server.answers.get(self.path, default)
                if callable(answer):
                    answer(self)
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                pass  # clients hang up on purpose

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.port = int(self.http.server_address[1])
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()
