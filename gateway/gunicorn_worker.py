"""gunicorn's thread worker, answering requests it cannot parse with `application/problem+json`."""

import json
import socket
import uuid
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from gateway.http import problems

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

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Send the problem that fits `exc`, 500 for an unknown error, and close the connection."""
        status = next((status for kind, status in _STATUSES.items() if isinstance(exc, kind)), 500)
        request_id = uuid.uuid4().hex
        if status == 500:
            self.log.error("Request %s failed", request_id, exc_info=exc)
        else:
            self.log.warning("Request %s could not be parsed: %s", request_id, exc)
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
        try:
            write_nonblock(client, head.encode("ascii") + body)
        except OSError:
            self.log.debug("Request %s: the client has disconnected", request_id)
