"""The gateway's side of decoding: uploads go to worker processes."""

from typing import Any, Literal

from flask import current_app

from contracts.errors import (
    DecodingBusy,
    EvidenceUnusable,
    FileLimitExceeded,
    Invalid,
    Refusal,
    RosterInvalid,
    RulebookInvalid,
)
from gateway.processes.pool import (
    Functions,
    LimitBreached,
    PoolBusy,
    ProcessLimits,
    ProcessPool,
    Result,
    WorkFailed,
    WorkRefused,
)

Task = Literal["picture", "thumbnails", "pdf", "roster", "rulebook", "reconciliation"]

_DECODERS = Functions(
    tasks={
        "picture": "gateway.decoding.pictures:decode_picture",
        "thumbnails": "gateway.decoding.pictures:decode_thumbnails",
        "pdf": "gateway.decoding.pdf_documents:decode_pdf",
        "roster": "gateway.decoding.tables:decode_roster",
        "rulebook": "gateway.decoding.tables:decode_rulebook",
        "reconciliation": "gateway.decoding.tables:decode_reconciliation",
    },
    warm_up="gateway.decoding.pictures:warm_up",
)
_REFUSALS: dict[str, type[Refusal]] = {
    each.code: each for each in (EvidenceUnusable, RosterInvalid, RulebookInvalid, Invalid)
}
_UNREADABLE: dict[Task, type[Refusal]] = {
    "picture": EvidenceUnusable,
    "thumbnails": EvidenceUnusable,
    "pdf": EvidenceUnusable,
    "roster": RosterInvalid,
    "rulebook": RulebookInvalid,
    "reconciliation": Invalid,
}
"""Task → the refusal of a file that crashed its decoder."""


class DecodingPool:
    """Decodes each file in a process of its own, with the bounds of a `ProcessPool`."""

    def __init__(self, limits: ProcessLimits, *, size: int, queue: int, wait_seconds: float) -> None:
        self._limits = limits
        self.processes = ProcessPool(_DECODERS, limits, size=size, queue=queue, wait_seconds=wait_seconds)

    def decode(self, task: Task, content: bytes) -> Result:
        """Return the facts and the content that `task`'s decoder makes of a file.

        Raise what the decoder raises; FileLimitExceeded when it takes more than the limits; DecodingBusy when too many
        files are being decoded; Unavailable when no worker can be started.
        """
        try:
            with self.processes.slot():
                return self.processes.run(task, content)
        except PoolBusy as error:
            raise DecodingBusy from error
        except WorkRefused as refused:
            raise _REFUSALS[refused.code](refused.detail, refused.errors, refused.facts) from None
        except WorkFailed as error:
            raise _UNREADABLE[task]("文件无法读取") from error
        except LimitBreached as breach:
            raise self._exceeded(breach.limit) from breach

    def _exceeded(self, limit: str) -> FileLimitExceeded:
        allowed: dict[str, Any] = {
            "memory": self._limits.memory_mb,
            "cpu": self._limits.cpu_seconds,
            "time": self._limits.seconds,
        }
        detail = {
            "memory": f"处理此文件所需内存超过上限 {self._limits.memory_mb} MB，请缩小后上传",
            "cpu": f"处理此文件所需计算超过上限 {self._limits.cpu_seconds} 秒，请缩小后上传",
            "time": f"处理此文件超过时限 {self._limits.seconds} 秒，请缩小后上传",
        }
        return FileLimitExceeded(detail[limit], facts={"limit": limit, "allowed": allowed[limit]})


def decoding_pool() -> DecodingPool:
    """Return the pool of the current application."""
    pool: DecodingPool = current_app.extensions["decoding"]
    return pool
