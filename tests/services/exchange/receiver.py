"""A merchant's server on this machine: it answers as it is told, and remembers what it was sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """`answers` says how each path answers: a status, or `hang`, `garbage`, `endless`, `elsewhere`."""

    url: str
    answers: dict[str, int | str] = field(default_factory=dict)
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        """What came there: headers and body."""
        return [(headers, body) for where, headers, body in self.received if where == path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """Python's own is 5: a shop that so many couriers visit at once would turn some away."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A server on a free port, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.received.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            match told.answers.get(self.path, 204):
                case "hang":
                    told.release.wait(30)
                case "garbage":
                    self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")
                case "endless":
                    self.send_response(200)
                    self.end_headers()
                    self._pour()
                case "elsewhere":
                    self.send_response(302)
                    self.send_header("Location", f"{told.url}/elsewhere")
                    self.end_headers()
                case int(status):
                    self.send_response(status)
                    self.end_headers()

        def _pour(self) -> None:
            try:
                while not told.release.is_set():
                    self.wfile.write(b"x" * 65_536)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = _Server(("127.0.0.1", 0), Handler)
    told = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
