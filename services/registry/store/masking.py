"""Masking of names in queries, as `contracts.text.masked_name` does it (R14)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func

from contracts.text import COMPOUND_SURNAMES


def masked_name(name: ColumnElement[Any]) -> ColumnElement[str]:
    """Return an expression for the surname and a star: 张* or 欧阳*."""
    compound = and_(func.length(name) > 2, func.left(name, 2).in_(sorted(COMPOUND_SURNAMES)))
    return func.left(name, case((compound, 2), else_=1)).concat("*")
