"""A wire between the gateway and the broker that a test can cut, freeze and take away."""

import contextlib
import selectors
import socket
import threading


class Relay:
    """Passes bytes on between whoever connects to `port` and `(host, port)` of the broker."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self._accepting = True
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._accepting:
                near.close()
                continue
            far = socket.create_connection(self._target)
            self._pairs.append((near, far))
            threading.Thread(target=self._pass_on, args=(near, far), daemon=True).start()

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready, contextlib.suppress(OSError):
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(65536)
                    self._flowing.wait()
                    if not data:
                        return self._end(near, far)
                    key.data.sendall(data)

    def _end(self, *ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        """Break every connection; new ones are taken."""
        while self._pairs:
            self._end(*self._pairs.pop())

    def freeze(self) -> None:
        """Nothing passes any more, nobody is told."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def refuse(self) -> None:
        """Break every connection and take no new ones."""
        self._accepting = False
        self.cut()

    def take(self) -> None:
        """Take connections again."""
        self._accepting = True

    def close(self) -> None:
        self._listener.close()
        self.thaw()
        self.cut()
