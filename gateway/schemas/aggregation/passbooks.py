"""Passbooks with the names and titles that the gateway adds (R20, R21, R23)."""

from typing import TypedDict

from contracts.calls import aggregation as calls


class PassbookOwner(TypedDict):
    person_id: str
    person_name: str | None


class Passbook(calls.Passbook):
    """One passbook: its available, held and pending points, and those earned in all."""

    owners: list[PassbookOwner]


class LedgerRecord(calls.LedgerRecord):
    """Points that moved, and why."""

    item_title: str | None
    person_name: str | None


class PassbookLine(calls.PassbookLine):
    """A line of a passbook."""

    item_title: str | None
    person_name: str | None
    merchant_name: str | None
