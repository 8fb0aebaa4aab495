"""Column types that several tables of engagement use."""

from dataclasses import asdict
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Ids(TypeDecorator[tuple[str, ...]]):
    """A tuple of ids, stored as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> list[str]:
        return list(value or ())

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(value or ())


class Parts(TypeDecorator[tuple[Any, ...]]):
    """A tuple of small frozen dataclasses, stored as JSON; their lists are read as tuples."""

    impl = JSONB
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> list[dict[str, Any]]:
        return [asdict(part) for part in value or ()]

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> tuple[Any, ...]:
        return tuple(
            self.kind(**{name: tuple(each) if isinstance(each, list) else each for name, each in part.items()})
            for part in value or ()
        )
