"""gunicorn's threads; what cannot be read, and so never reaches the application, is answered as a problem, too."""

import json
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
    """One process of the gateway."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer what could not be read, and close; what failed beyond the application is a fault of ours."""
        status = next((status for kind, status in _STATUSES.items() if isinstance(exc, kind)), 500)
        request_id = uuid.uuid4().hex
        if status == 500:
            self.log.error("Request %s failed", request_id, exc_info=exc)
        else:
            self.log.warning("Request %s could not be read: %s", request_id, exc)
        body = json.dumps(problems.problem_of_status(status, request_id), ensure_ascii=False).encode()
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
            self.log.debug("Request %s: nobody waits for the answer", request_id)
