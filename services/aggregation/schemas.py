"""Rows and domain objects of the ledger as the replies of `contracts.calls.aggregation`."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from contracts import calendar, errors
from contracts.calls import aggregation as calls
from contracts.calls.claims import Costing
from contracts.calls.claims.rulebooks import CostedItem
from services.aggregation.domain import Lot, chain
from services.aggregation.domain.budget import Drafted, Forecast, Month
from services.aggregation.domain.chain import Block
from services.aggregation.domain.statements import Statement

Row = dict[str, Any]
"""A row of the store, by column."""


def past_day(text: str | None, today: date) -> date | None:
    """Parse a day; return None for today. Raises `Invalid` for a day in the future."""
    if text is None:
        return None
    day = date.fromisoformat(text)
    if day > today:
        raise errors.Invalid("只能查询今天及以前的积分", [{"pointer": "/as_of", "detail": "不能晚于今天"}])
    return day if day < today else None


def period(text: str) -> str:
    """Return a month as `2026-11`. Raises `NotFound` for a text that is none."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text, re.ASCII):
        raise errors.NotFound("没有这个月份")
    return text


def end_of(day: date) -> datetime:
    """Return the first instant after that day in Asia/Shanghai."""
    return calendar.start_of(day + timedelta(days=1))


# Passbooks


def passbook(account: str, figures: Row, as_of: date, expiring: list[Lot] | None) -> calls.Passbook:
    """Return a book's figures; `available` can be spent."""
    return {
        "account_id": account,
        "kind": "head" if account.startswith("per_") else "household",
        "as_of": as_of.isoformat(),
        "posted": figures["posted"],
        "held": figures["held"],
        "arrears": figures["arrears"],
        "cumulative": figures["cumulative"],
        "pending": figures["pending"],
        "available": figures["posted"] - figures["held"],
        "expiring": None
        if expiring is None
        else [{"on": lot.day.isoformat(), "points": lot.points} for lot in expiring],
        "merged_into_id": figures["merged_into"],
    }


def line(transfer: Row) -> calls.PassbookLine:
    """Return a line of a passbook, with all that explains it (R23)."""
    return {**record(transfer), "posted": transfer["posted"]}


def record(transfer: Row) -> calls.LedgerRecord:
    """Return a transfer as the ledgers show it."""
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


def sealed_line(transfer: Row, content: str) -> calls.SealedLine:
    """Return a line with its sides, and the text that is sealed."""
    return {
        **line(transfer),
        "entries": [{"account_id": account, "amount": amount} for account, amount in transfer["sides"]],
        "content": content,
    }


def statement(found: Statement) -> calls.PassbookStatement:
    """Return a month of a book in figures."""
    moved = found.movements
    return {
        "period": moved.period,
        "opening": found.opening,
        "credited": moved.credited,
        "reversed": moved.reversed,
        "spent": moved.spent,
        "refunded": moved.refunded,
        "expired": moved.expired,
        "merged": moved.merged,
        "arrears": moved.arrears,
        "closing": found.closing,
        "lines": moved.lines,
        "ended": found.ended,
    }


# Boards


def board_place(row: Row, place: Row) -> calls.BoardPlace:
    """Return a row of a board with what identifies its subject."""
    return cast(calls.BoardPlace, {"rank": row["rank"], "points": row["points"], **place})


def own_place(row: Row, place: Row) -> calls.OwnPlace:
    """Return the caller's own row of a board."""
    return cast(calls.OwnPlace, {"rank": row["rank"], "points": row["points"], **place})


def average(points: int, households: int) -> float | None:
    """Return the points per household to two decimals, or None where nobody lives."""
    return round(points / households, 2) if households else None


# Ledgers


def ledger_day(row: Row) -> calls.LedgerDay:
    return {"day": row["day"].isoformat(), "entries": row["entries"], "points": row["points"]}


def balances(kinds: Mapping[str, Row]) -> calls.Balances:
    """Return where the community's points are: in books, redeemed, expired, or owed."""
    books = [kinds[kind] for kind in ("household", "head") if kind in kinds]

    def own(kind: str) -> int:
        return abs(kinds[kind]["posted"]) if kind in kinds else 0

    return {
        "issued": -kinds["issued"]["posted"] if "issued" in kinds else 0,
        "books": sum(row["accounts"] for row in books),
        "outstanding": sum(row["posted"] for row in books),
        "held": sum(row["held"] for row in books),
        "redeemed": own("redeemed"),
        "expired": own("expired"),
        "arrears": own("arrears"),
    }


def rebuild(row: Row) -> calls.Rebuild:
    """Return a rebuild, with its report once it is done."""
    report: calls.RebuildReport = row["report"] or {}
    return {
        **report,
        "id": row["id"],
        "state": row["state"],
        "requested_by_id": row["requested_by"],
        "requested_at": row["requested_at"].isoformat(),
        "ended_at": row["ended_at"].isoformat() if row["ended_at"] else None,
    }


# The chain of blocks


def block(found: Block) -> calls.Block:
    """Return a block's header and its hash."""
    return {
        "community_id": found.community,
        "number": found.number,
        "previous_hash": found.previous_hash,
        "root": found.root,
        "size": found.size,
        "sealed_at": found.sealed_at.isoformat(),
        "hash": found.hash,
    }


def proof(entry: str, found: Block, position: int, leaves: Sequence[bytes]) -> calls.Proof:
    """Return the path from a leaf to the root of its block."""
    return {
        "entry_id": entry,
        "position": position,
        "leaf_hash": leaves[position].hex(),
        "path": [{"side": step.side, "hash": step.hash} for step in chain.path(leaves, position)],
        "block": block(found),
    }


# The budget


def month(found: Month) -> calls.BudgetMonth:
    """Return a month of the community."""
    return {
        "period": found.period,
        "issued": found.issued,
        "redeemed": found.redeemed,
        "expired": found.expired,
        "net": found.net,
    }


def forecast(found: Forecast, rate: int) -> calls.Forecast:
    """Return the months to come, in points and in fen."""
    return {
        "basis": found.basis,
        "net_issue": found.net_issue,
        "months": [
            {"period": period, "outstanding": points, "outstanding_fen": points * rate}
            for period, points in found.outstanding.items()
        ],
    }


def draft(costing: Costing, found: list[Drafted], rate: int) -> calls.BudgetDraft:
    """Return a month under a draft beside what the ledger has, item by item and in all."""
    costed = {item["item"]: item for item in costing["items"]}
    was, would_be = sum(each.earned.points for each in found), sum(each.points for each in found)
    return {
        "rulebook_id": costing["rulebook_id"],
        "period": costing["period"],
        "points": was,
        "drafted_points": would_be,
        "difference": would_be - was,
        "difference_fen": (would_be - was) * rate,
        "items": [_draft_item(each, costed.get(each.earned.item)) for each in found],
        "waiting": costing["waiting"],
        "unseen": costing["unseen"],
    }


def _draft_item(found: Drafted, costed: CostedItem | None) -> calls.DraftItem:
    """Return an item's month; `costed` is None for an item that neither rulebook scores. Awards keep their points."""
    earned, award = found.earned, found.earned.origin == "award"
    known: CostedItem | None = None if award else costed
    return {
        "item": earned.item,
        "title": known["title"] if known else None,
        "entries": earned.entries,
        "points": earned.points,
        "quantity": None if award else known["quantity"] if known else 0,
        "in_force": known["in_force"] if known else None,
        "drafted": known["drafted"] if known else None,
        "drafted_entries": earned.entries if award else known["drafted_entries"] if known else 0,
        "drafted_quantity": None if award else known["drafted_quantity"] if known else 0,
        "drafted_points": found.points,
        "newly_counted": known["newly_counted"] if known else 0,
    }
