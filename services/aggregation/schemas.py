"""What goes in and out of the bank over RPC: JSON primitives to domain and back, and where a page ended."""

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from contracts import calendar, errors
from services.aggregation.domain import Lot
from services.aggregation.domain.budget import Drafted, Forecast, Month
from services.aggregation.domain.chain import Block
from services.aggregation.domain.statements import Statement

Row = dict[str, Any]


def day(written: str | None, today: date) -> date | None:
    """The day asked for; none for today. `Invalid` in the future."""
    if written is None:
        return None
    asked = date.fromisoformat(written)
    if asked > today:
        raise errors.Invalid("只能查询今天及以前的积分", [{"pointer": "/as_of", "detail": "不能晚于今天"}])
    return asked if asked < today else None


def period(written: str) -> str:
    """A month as `2026-11`; `NotFound` for what is none."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", written, re.ASCII):
        raise errors.NotFound("没有这个月份")
    return written


def end_of(asked: date) -> datetime:
    """The first instant after that day in Asia/Shanghai."""
    return calendar.start_of(asked + timedelta(days=1))


def passbook(account: str, figures: Row, as_of: date, expiring: list[Lot] | None) -> Row:
    """One book's figures; `available` is what can be spent."""
    counted = ("posted", "held", "arrears", "cumulative", "pending")
    return {
        "account_id": account,
        "kind": "head" if account.startswith("per_") else "household",
        "as_of": as_of.isoformat(),
        **{name: figures[name] for name in counted},
        "available": figures["posted"] - figures["held"],
        "expiring": None
        if expiring is None
        else [{"on": lot.day.isoformat(), "points": lot.points} for lot in expiring],
        "merged_into_id": figures["merged_into"],
    }


def line(transfer: Row) -> Row:
    """A line of a passbook, with all that explains it (R23)."""
    return record(transfer) | {"posted": transfer["posted"]}


def record(transfer: Row) -> Row:
    """A transfer as the ledgers show it."""
    return {
        "id": transfer["id"],
        "account_id": transfer["book"],
        "kind": transfer["kind"],
        "points": transfer["points"],
        "period": transfer["period"],
        "day": transfer["day"].isoformat(),
        "category": transfer["category"],
        "item": transfer["item"],
        "person_id": transfer["person"],
        "household_id": transfer["household"],
        "courtyard_id": transfer["courtyard"],
        "merchant_id": transfer["merchant"],
        "origin": transfer["origin"],
        "origin_id": transfer["origin_id"],
        "source_id": transfer["source"],
        "reverses_id": transfer["reverses"],
        "posted_at": transfer["posted_at"].isoformat(),
    }


def entry(transfer: Row, content: str) -> Row:
    """A line with its sides, and the very text that is sealed."""
    sides = [{"account_id": account, "amount": amount} for account, amount in transfer["sides"]]
    return line(transfer) | {"entries": sides, "content": content}


def block(found: Block) -> Row:
    """A block's header and its hash."""
    told = asdict(found)
    return told | {"community_id": told.pop("community"), "sealed_at": found.sealed_at.isoformat()}


def statement(found: Statement) -> Row:
    """A month of a book in figures."""
    moved = asdict(found.movements)
    moved.pop("posted")
    figures = {"opening": found.opening, "arrears": found.movements.arrears, "closing": found.closing}
    return moved | figures | {"ended": found.ended}


def month(found: Month) -> Row:
    """A month of the community."""
    return asdict(found) | {"net": found.net}


def forecast(found: Forecast, rate: int) -> Row:
    """The months to come, in points and in fen."""
    ahead = [
        {"period": period, "outstanding": points, "outstanding_fen": points * rate}
        for period, points in found.outstanding.items()
    ]
    return {"basis": found.basis, "net_issue": found.net_issue, "months": ahead}


def draft(asked: Row, found: list[Drafted], rate: int) -> Row:
    """A month under a draft beside what the ledger says of it, item by item and in all."""
    scored = {item["item"]: item for item in asked["items"]}
    was, would_be = sum(each.earned.points for each in found), sum(each.points for each in found)
    return asked | {
        "points": was,
        "drafted_points": would_be,
        "difference": would_be - was,
        "difference_fen": (would_be - was) * rate,
        "items": [_drafted(each, scored.get(each.earned.item, _UNSCORED)) for each in found],
    }


_UNSCORED: Row = {"title": None, "in_force": None, "drafted": None, "quantity": 0, "newly_counted": 0} | {
    "drafted_entries": 0,
    "drafted_quantity": 0,
}


def _drafted(found: Drafted, scored: Row) -> Row:
    earned = found.earned
    if earned.origin == "award":
        scored = _UNSCORED | {"quantity": None, "drafted_entries": earned.entries, "drafted_quantity": None}
    figures = {"entries": earned.entries, "points": earned.points, "drafted_points": found.points}
    return scored | {"item": earned.item} | figures


def rows(found: Iterable[Any]) -> list[Row]:
    """Dataclasses as rows."""
    return [asdict(each) for each in found]


def rebuild(asked: Row) -> Row:
    """A rebuild, with what it found once it is done."""
    return {
        "id": asked["id"],
        "state": asked["state"],
        "requested_by_id": asked["requested_by"],
        "requested_at": asked["requested_at"].isoformat(),
        "ended_at": asked["ended_at"] and asked["ended_at"].isoformat(),
        **(asked["report"] or {}),
    }


def average(points: int, households: int) -> float | None:
    """Points per household, to two decimals; none where nobody lives."""
    return round(points / households, 2) if households else None


def page(found: list[Row], limit: int, shown: list[Row], *key: str) -> Row:
    """The page of `found`, which was read one row further than `limit`; the cursor is its last row's `key`."""
    return {
        "data": shown[:limit],
        "next_cursor": "~".join(str(found[limit - 1][name]) for name in key) if len(found) > limit else None,
    }


def board_cursor(cursor: str | None) -> tuple[int, str] | None:
    """(points, subject) of the last place seen."""
    if cursor is None:
        return None
    points, _, subject = cursor.partition("~")
    if not points.removeprefix("-").isdecimal() or len(points) > 15:
        raise _bad_cursor()
    return int(points), subject


def number_cursor(cursor: str | None) -> int | None:
    """Number of the last block seen."""
    if cursor is None:
        return None
    if not cursor.isdecimal() or len(cursor) > 15:
        raise _bad_cursor()
    return int(cursor)


def record_cursor(cursor: str | None) -> tuple[str, date, str] | None:
    """(courtyard, day, id) of the last record seen."""
    if cursor is None:
        return None
    try:
        courtyard, day, id = cursor.split("~")
        return courtyard, date.fromisoformat(day), id
    except ValueError as error:
        raise _bad_cursor() from error


def _bad_cursor() -> errors.Invalid:
    return errors.Invalid("翻页位置无效，请从第一页开始", [{"pointer": "/cursor", "detail": "无效"}])
