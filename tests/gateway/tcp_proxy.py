"""A TCP proxy between the gateway and the broker that a test can cut, freeze and stop."""

import contextlib
import selectors
import socket
import threading


class TcpProxy:
    """Forwards bytes between clients of `port` and the broker at `(host, port)`."""

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
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self._accepting:
                client.close()
                continue
            broker = socket.create_connection(self._target)
            self._pairs.append((client, broker))
            threading.Thread(target=self._forward, args=(client, broker), daemon=True).start()

    def _forward(self, client: socket.socket, broker: socket.socket) -> None:
        with selectors.DefaultSelector() as ready, contextlib.suppress(OSError):
            ready.register(client, selectors.EVENT_READ, broker)
            ready.register(broker, selectors.EVENT_READ, client)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(65536)
                    self._flowing.wait()
                    if not data:
                        return self._close(client, broker)
                    key.data.sendall(data)

    def _close(self, *sockets: socket.socket) -> None:
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def cut(self) -> None:
        """Close every connection; new ones are accepted."""
        while self._pairs:
            self._close(*self._pairs.pop())

    def freeze(self) -> None:
        """Stop forwarding without closing connections."""
        self._flowing.clear()

    def unfreeze(self) -> None:
        """Forward again."""
        self._flowing.set()

    def refuse(self) -> None:
        """Close every connection and accept no new ones."""
        self._accepting = False
        self.cut()

    def accept(self) -> None:
        """Accept new connections again."""
        self._accepting = True

    def close(self) -> None:
        self._listener.close()
        self.unfreeze()
        self.cut()
