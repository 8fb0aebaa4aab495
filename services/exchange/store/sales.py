"""Filters that the lists of a merchant's sales share: payments, redemptions and refunds."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table

from contracts.calendar import start_of

Rows = TypeVar("Rows", bound=Select[Any])


@dataclass(frozen=True, kw_only=True)
class Sales:
    """Which of a merchant's sales; None: whatever it is. Days are those of Asia/Shanghai, the last one included."""

    reference: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    till: str | None = None
    shop: str | None = None

    def restrict(self, rows: Rows, table: Table, *, at: ColumnElement[Any]) -> Rows:
        """Return the query with these conditions on `table`, whose sales were made at `at`."""
        equal = {"merchant_reference": self.reference, "till": self.till, "shop": self.shop}
        for name, value in equal.items():
            if value is not None:
                rows = rows.where(table.c[name] == value)
        if self.first_day is not None:
            rows = rows.where(at >= start_of(self.first_day))
        if self.last_day is not None:
            rows = rows.where(at < start_of(self.last_day + timedelta(days=1)))
        return rows
