"""A merchant's webhook server on this machine, with configurable answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """Requests received, and the answer of each path: a status, or `hang`, `garbage`, `endless`, `elsewhere`."""

    url: str
    answers: dict[str, int | str] = field(default_factory=dict)
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        """Return headers and body of each request to `path`."""
        return [(headers, body) for where, headers, body in self.received if where == path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """Python's default of 5 is too few for concurrent workers."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a server on a free port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.received.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            match state.answers.get(self.path, 204):
                case "hang":
                    state.release.wait(30)
                case "garbage":
                    self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")
                case "endless":
                    self.send_response(200)
                    self.end_headers()
                    self._pour()
                case "elsewhere":
                    self.send_response(302)
                    self.send_header("Location", f"{state.url}/elsewhere")
                    self.end_headers()
                case int(status):
                    self.send_response(status)
                    self.end_headers()

        def _pour(self) -> None:
            try:
                while not state.release.is_set():
                    self.wfile.write(b"x" * 65_536)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = _Server(("127.0.0.1", 0), Handler)
    state = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
