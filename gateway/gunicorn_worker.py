"""gunicorn's thread worker, whose threads never wait for a client.

The event loop reads each request completely, within a deadline and with a minimum rate, before a thread handles it,
and sends the response. Requests that are refused before Flask sees them get `application/problem+json`.
"""

import json
import selectors
import socket
import time
import uuid
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn import http
from gunicorn.errors import ConfigError
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker
from prometheus_client import Counter

from gateway.client_connection import ClientSocket, Connection, RequestBuffer, State
from gateway.http import problems
from gateway.settings import Settings

SLOW_CLIENTS = Counter(
    "gateway_slow_clients_total", "Connections closed because the client was too slow or too many waited", ["phase"]
)
_LINGER_SECONDS = 2.0
_SWEEP_INTERVAL = 0.5
_MAX_BUFFERED = 512 * 1024 * 1024
"""Bytes of incomplete requests per process; beyond it the oldest are refused."""

_STATUSES: dict[type[Exception], int] = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ForbiddenProxyRequest: 403,
    errors.InvalidResponseHeader: 500,
    errors.InvalidResponseHeaderName: 500,
    errors.ParseException: 400,
}


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker process of the gateway."""

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Raise ConfigError for settings this worker does not support."""
        if cfg.is_ssl:
            raise ConfigError("TLS ends at the proxy in front of the gateway")

    def init_process(self) -> None:
        """Read the limits for clients and run the worker."""
        settings = Settings.from_env()
        self._seconds, self._rate = settings.client_seconds, settings.client_bytes_per_second
        self._body_limit = settings.upload_limit + settings.upload_limit // 8  # chunks and their sizes
        self._waiting: dict[Connection, None] = {}  # for their clients, the longest first
        self._swept_at = 0.0
        super().init_process()

    # reading -------------------------------------------------------------------------------------

    def accept(self, listener: Any) -> None:
        """Accept a connection. When there are too many, close the one that has waited longest for its client."""
        try:
            accepted, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        while self.nr_conns >= self.worker_connections - 1 and self._waiting:
            self._evict(next(iter(self._waiting)))
        self.nr_conns += 1
        connection = Connection(accepted, client, listener.getsockname(), RequestBuffer(self._body_limit))
        self._take(connection, connection.receive())

    def _read_next(self, connection: Connection) -> None:
        """Read the next request of a connection that is kept alive."""
        connection.request = RequestBuffer(self._body_limit)
        received, connection.unparsed = connection.unparsed, b""
        self._take(connection, received or None, self.cfg.keepalive)

    def _on_readable(self, connection: Connection, _sock: Any) -> None:
        data = connection.receive()
        if data is not None:
            self._take(connection, data)

    def _take(self, connection: Connection, data: bytes | None, seconds: float | None = None) -> None:
        """Add received bytes to the request: refuse it, hand it to a thread, or wait for more.

        The first byte must arrive within `seconds`.
        """
        request = connection.request
        if data == b"":
            self._close(connection)
            return
        if data:
            is_first = not request.size
            request.feed(data)
            if request.refusal:
                self._refuse(connection, request.refusal)
                return
            if request.complete:
                self._stop_waiting(connection)
                self.enqueue_req(connection)
                return
            if request.expects_continue:
                request.expects_continue = False
                connection.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
                if not self._flush(connection):
                    return
            if not is_first:
                if request.has_head:
                    connection.extend_deadline(len(data), self._seconds, self._rate)
                return
        self._wait(connection, State.READING, seconds if seconds and not data else self._seconds)

    # handling ------------------------------------------------------------------------------------

    def handle(self, connection: Connection) -> bool:
        """Handle a complete request, in a thread. Return whether the connection is kept for the next one."""
        request, req, keep = connection.request, None, False
        chunks = request.chunks()
        parser = http.get_parser(self.cfg, chunks, connection.client)
        try:
            req = next(parser)
            req._expected_100_continue = False  # sent by the event loop
            keep = self.handle_request(req, connection) and bool(parser.finish_body())
        except errors.NoMoreData as exc:
            if not request.has_head:
                self.handle_error(req, connection.sock, connection.client, errors.LimitRequestHeaders(str(exc)))
        except StopIteration:
            pass
        except Exception as exc:
            self.handle_error(req, connection.sock, connection.client, exc)
        connection.keep_alive = keep
        connection.unparsed = parser.unreader.take_buffered() + b"".join(chunks) if keep else b""
        request.close()
        connection.sock.flush()
        return keep

    def handle_error(self, req: Any, client: ClientSocket, addr: Any, exc: Exception) -> None:
        """Write the problem that fits `exc`, 500 for an unknown error."""
        status = next((status for kind, status in _STATUSES.items() if isinstance(exc, kind)), 500)
        request_id = uuid.uuid4().hex
        if status == 500:
            self.log.error("Request %s failed", request_id, exc_info=exc)
        else:
            self.log.warning("Request %s could not be parsed: %s", request_id, exc)
        client.sendall(_problem(status, request_id))

    # writing -------------------------------------------------------------------------------------

    def finish_request(self, connection: Connection, future: Any) -> None:
        """Send the rest of the response, then read the next request or close the connection."""
        if future.cancelled() or future.exception():  # the client has disconnected
            self._close(connection)
        elif connection.sock.is_flushed:
            self._after_response(connection)
        else:
            self._wait(connection, State.WRITING, self._seconds)

    def _on_writable(self, connection: Connection, _sock: Any) -> None:
        if self._flush(connection) and connection.sock.is_flushed:
            self._stop_waiting(connection)
            self._after_response(connection)

    def _flush(self, connection: Connection) -> bool:
        """Send what the client accepts. Close the connection and return False if it has disconnected."""
        try:
            sent = connection.sock.flush()
        except OSError:
            self._close(connection)
            return False
        connection.extend_deadline(sent, self._seconds, self._rate)
        return True

    def _after_response(self, connection: Connection) -> None:
        if connection.keep_alive:
            self._read_next(connection)
        else:
            self._linger(connection)

    # closing -------------------------------------------------------------------------------------

    def murder_pending(self) -> None:
        """Refuse or close the connections whose clients are too slow, and the oldest if too much is buffered."""
        now = time.monotonic()
        if now - self._swept_at < _SWEEP_INTERVAL:
            return
        self._swept_at = now
        for connection in [known for known in self._waiting if known.deadline <= now]:
            self._expire(connection)
        buffered = sum(connection.request.size for connection in self._waiting)
        while buffered > _MAX_BUFFERED:
            oldest = next(known for known in self._waiting if known.request.size)
            buffered -= oldest.request.size
            self._evict(oldest)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close all connections that wait for their clients, if forced."""
        while force and self._waiting:
            self._close(next(iter(self._waiting)))

    def _cap_keepalive(self, deadline: float) -> None:
        for connection in self._waiting:
            if connection.state is State.READING and not connection.request.size:
                connection.deadline = min(connection.deadline, deadline)

    def _expire(self, connection: Connection) -> None:
        if connection.state is State.READING and connection.request.size:
            SLOW_CLIENTS.labels("body" if connection.request.has_head else "head").inc()
            self._refuse(connection, 408)
            return
        if connection.state is State.WRITING:
            SLOW_CLIENTS.labels("response").inc()
        self._close(connection)

    def _evict(self, connection: Connection) -> None:
        """Close a connection at once to make room, telling the client 408 if it was sending a request."""
        SLOW_CLIENTS.labels("evicted").inc()
        if connection.state is State.READING and connection.request.size:
            connection.sock.sendall(_problem(408, uuid.uuid4().hex))
            self._flush(connection)
        self._close(connection)

    def _refuse(self, connection: Connection, status: int) -> None:
        """Answer an incomplete request with a problem and close the connection."""
        request_id = uuid.uuid4().hex
        self.log.warning("Request %s of %s refused: %s", request_id, connection.client, HTTPStatus(status).phrase)
        connection.keep_alive = False
        connection.sock.sendall(_problem(status, request_id))
        if self._flush(connection):
            self._linger(connection)

    def _linger(self, connection: Connection) -> None:
        """Close the connection after the client has had time to read the response (RFC 9112, section 9.6)."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(connection)
            return
        self._wait(connection, State.LINGERING, _LINGER_SECONDS)

    def _on_lingering(self, connection: Connection, _sock: Any) -> None:
        if connection.receive() == b"":
            self._close(connection)

    def _wait(self, connection: Connection, state: State, seconds: float) -> None:
        """Wait in the event loop for the client, at most `seconds`."""
        self._stop_waiting(connection)
        connection.wait(state, seconds)
        self._waiting[connection] = None
        event = selectors.EVENT_WRITE if state is State.WRITING else selectors.EVENT_READ
        callback = {
            State.READING: self._on_readable,
            State.WRITING: self._on_writable,
            State.LINGERING: self._on_lingering,
        }[state]
        self.poller.register(connection.sock, event, partial(callback, connection))

    def _stop_waiting(self, connection: Connection) -> None:
        if connection in self._waiting:
            del self._waiting[connection]
            self.poller.unregister(connection.sock)

    def _close(self, connection: Connection) -> None:
        self._stop_waiting(connection)
        connection.request.close()
        connection.sock.close()
        self.nr_conns -= 1


def _problem(status: int, request_id: str) -> bytes:
    """Return a response with a problem, after which the connection closes."""
    body = json.dumps(problems.unparsed_request_problem(status, request_id), ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        "Connection: close\r\n"
        f"Content-Type: {problems.MEDIA_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        f"Request-Id: {request_id}\r\n"
        "\r\n"
    )
    return head.encode("ascii") + body
