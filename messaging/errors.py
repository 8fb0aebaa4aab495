"""What can go wrong between the parts, rather than in the domain.

The three that reach a caller have the shape of the platform's refusals (`code`, `message`, three arguments that
survive the journey over RPC), so that the gateway answers them from the same table.
"""

from typing import Any


class Interruption(Exception):
    """The request itself was fine; it could not be served, or not again. Nothing was changed."""

    code = "interrupted"
    message = "请求未能完成"
    retryable = False

    def __init__(
        self,
        detail: str = "",
        errors: list[dict[str, str]] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.message, errors or [], facts or {})

    @property
    def detail(self) -> str:
        return str(self.args[0])

    @property
    def errors(self) -> list[dict[str, str]]:
        """Where it was wrong: `[{"pointer": "/quantity", "detail": "…"}]`."""
        return list(self.args[1])

    @property
    def facts(self) -> dict[str, Any]:
        """Figures that explain it."""
        return dict(self.args[2])

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class Unavailable(Interruption):
    """The store did not answer, or not in time (503). Asking again later is right."""

    code = "temporarily_unavailable"
    message = "服务暂时不可用，请稍后重试"
    retryable = True


class RequestInProgress(Interruption):
    """Another request with the same idempotency key is being worked on (409)."""

    code = "request_in_progress"
    message = "相同的请求正在处理中，请稍后重试"
    retryable = True


class IdempotencyKeyReused(Interruption):
    """The idempotency key was used before, for a request with another body (422)."""

    code = "idempotency_key_reused"
    message = "该幂等键已用于内容不同的请求，请更换"


class Undecodable(Exception):
    """A message that no retry will ever make readable; it is parked at once."""


class ConfirmTimeout(Exception):
    """The broker did not confirm published messages in time."""
