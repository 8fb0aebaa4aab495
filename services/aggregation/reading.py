"""Who may read what of the bank, and what they are shown."""

from datetime import date
from typing import Any

from contracts import calendar, errors
from messaging import Actor
from services.aggregation import schemas
from services.aggregation.domain import Expiry, Lot, Span, SubjectKind
from services.aggregation.store import AggregationTransaction

Row = dict[str, Any]

_NOTHING: Row = {"posted": 0, "held": 0, "arrears": 0, "cumulative": 0, "pending": 0, "merged_into": None}
_OVERSEERS = frozenset({"working_group_chair", "working_group", "branch", "committee"})


def today(tx: AggregationTransaction) -> date:
    """The community's date."""
    return calendar.day_of(tx.now)


def this_month(tx: AggregationTransaction) -> str:
    """The community's month."""
    return calendar.period_of(today(tx))


def newest_month(tx: AggregationTransaction, community: str, kind: SubjectKind) -> str:
    """The newest month of a board that has points on it, or else this month."""
    month = this_month(tx)
    return tx.boards.newest_month(community, kind, month) or month


# Who


def must_exist(tx: AggregationTransaction, community: str) -> None:
    """`NotFound` for a community nobody told of."""
    if not tx.directory(community).exists():
        raise errors.NotFound("没有这个社区")


def must_see(tx: AggregationTransaction, by: Actor, account: str) -> set[str]:
    """The owners of a book, for themselves and the staff who answer for them.

    To others it does not exist: `NotFound`.
    """
    directory, day = tx.directory(by.community), today(tx)
    if account.startswith("per_"):
        known, owners = directory.knows(account), {account}
        courtyards = directory.roles_of(account, day).courtyards
    else:
        courtyard = directory.courtyard_of(account, day)
        known = courtyard is not None or tx.passbooks.is_open(by.community, account)
        owners = directory.members_of(account, day)
        courtyards = frozenset([courtyard] if courtyard else [])
    roles = directory.roles_of(by.person, day)
    grids = {directory.grid_of(courtyard) for courtyard in courtyards}
    staff = roles.offices & _OVERSEERS or roles.courtyards & courtyards or roles.grids & grids
    if not known or not (by.person in owners or staff):
        raise errors.NotFound("没有这本积分存折")
    return owners


def must_answer_for(tx: AggregationTransaction, by: Actor, courtyard: str) -> None:
    """Head, grid officer, working group, branch or committee; else `RoleMissing`. `NotFound` for no courtyard."""
    directory = tx.directory(by.community)
    grid, roles = directory.grid_of(courtyard), directory.roles_of(by.person, today(tx))
    if grid is None:
        raise errors.NotFound("没有这个院落")
    if not (roles.offices & _OVERSEERS or courtyard in roles.courtyards or grid in roles.grids):
        raise errors.RoleMissing("院落台账由院长、网格员、工作小组、党支部和社区查看")


def must_answer_for_all(tx: AggregationTransaction, by: Actor) -> None:
    """Working group, branch or committee; else `RoleMissing`."""
    if not tx.directory(by.community).roles_of(by.person, today(tx)).offices & _OVERSEERS:
        raise errors.RoleMissing("社区台账和积分预算由工作小组、党支部和社区查看")


def must_be_committee(tx: AggregationTransaction, by: Actor) -> None:
    """The community committee; else `RoleMissing`."""
    if "committee" not in tx.directory(by.community).roles_of(by.person, today(tx)).offices:
        raise errors.RoleMissing("只有社区党委可以核对总账")


# What


def passbook(tx: AggregationTransaction, community: str, account: str, asked: date | None, today: date) -> Row:
    """A book's figures now, or at the end of the day that was asked for."""
    if asked is None:
        figures = tx.passbooks.now(community, account) or _NOTHING
        return schemas.passbook(account, figures, today, _expiring(tx, community, account, figures, today))
    return schemas.passbook(account, tx.passbooks.until(community, account, schemas.end_of(asked)), asked, None)


def _expiring(tx: AggregationTransaction, community: str, account: str, figures: Row, today: date) -> list[Lot]:
    """What of a book's available points lapses after which day (R24)."""
    expiry = Expiry.of(tx.directory(community).policy().expiry)
    if expiry.never or figures["posted"] == figures["held"]:
        return []
    lots = tx.lots(community).of_book(calendar.start_of(expiry.earliest_living(today)), account)
    return expiry.ahead(figures["posted"] - figures["held"], lots, today)


def places(tx: AggregationTransaction, community: str, kind: SubjectKind, day: date, found: list[Row]) -> list[Row]:
    """The rows of a board, each with what tells its subject apart."""
    directory = tx.directory(community)
    subjects = [row["subject"] for row in found]
    numbers = directory.all_courtyards()
    if kind == "courtyards":
        heads, households = directory.heads_on(day), directory.household_counts(day)
        return [
            _place(row, courtyard_id=row["subject"], number=numbers.get(row["subject"]))
            | {"head_id": heads.get(row["subject"]), "households": households.get(row["subject"], 0)}
            | {"average": schemas.average(row["points"], households.get(row["subject"], 0))}
            for row in found
        ]
    if kind == "households":
        homes, people = {subject: subject for subject in subjects}, directory.first_members_of(subjects, day)
    else:
        homes, people = directory.households_of(subjects, day), {subject: subject for subject in subjects}
    lived = directory.courtyards_of(homes.values(), day)
    rows = []
    for row in found:
        home = homes.get(row["subject"])
        courtyard = lived.get(home) if home else None
        rows.append(
            _place(
                row,
                household_id=home,
                person_id=people.get(row["subject"]),
                courtyard_id=courtyard,
                number=numbers.get(courtyard) if courtyard else None,
            )
        )
    return rows


def own_subject(tx: AggregationTransaction, by: Actor, kind: SubjectKind) -> str | None:
    """Whose place on a board is the actor's own: himself, his household, or the courtyard it lives in."""
    if kind == "residents":
        return by.person
    directory, day = tx.directory(by.community), today(tx)
    household = directory.household_of(by.person, day)
    if household is None or kind == "households":
        return household
    return directory.courtyard_of(household, day)


def _place(row: Row, **who: Any) -> Row:
    return {"rank": row["rank"], "points": row["points"], **who}


def courtyard(tx: AggregationTransaction, community: str, courtyard: str, period: str) -> Row:
    """A courtyard's month in figures: the head's points (R22), their average, and its days (R9)."""
    [summary] = _courtyards(tx, community, period, {courtyard: tx.directory(community).all_courtyards()[courtyard]})
    days = [row | {"day": row["day"].isoformat()} for row in tx.records.days(community, period, courtyard)]
    return summary | {"period": period, "pending": tx.records.pending(community, period, courtyard), "days": days}


def community(tx: AggregationTransaction, community: str, period: str) -> Row:
    """The community's month, courtyard by courtyard, and what its books and its own accounts hold now."""
    courtyards = _courtyards(tx, community, period, _standing(tx, community, period))
    return {
        "period": period,
        "households": sum(row["households"] for row in courtyards),
        "entries": sum(row["entries"] for row in courtyards),
        "points": sum(row["points"] for row in courtyards),
        "head_points": sum(row["head_points"] for row in courtyards),
        "pending": tx.records.pending(community, period, None),
        "balances": balances(tx, community),
        "courtyards": courtyards,
    }


def records(
    tx: AggregationTransaction, community: str, period: str, courtyard: str | None, limit: int, cursor: str | None
) -> Row:
    """A page of a month's records by courtyard, day and id."""
    found = tx.records.page(community, period, courtyard, limit + 1, schemas.record_cursor(cursor))
    return schemas.page(found, limit, [schemas.record(row) for row in found], "courtyard", "day", "id")


def _standing(tx: AggregationTransaction, community: str, period: str) -> dict[str, int]:
    """The courtyards of a month by number; one that was dissolved before it only if something was still counted."""
    directory, counted = tx.directory(community), tx.records.by_courtyard(community, period)
    gone = directory.dissolved(calendar.first_day(Span.of(period).first)).keys() - counted.keys()
    return {courtyard: number for courtyard, number in directory.all_courtyards().items() if courtyard not in gone}


def _courtyards(tx: AggregationTransaction, community: str, period: str, numbers: dict[str, int]) -> list[Row]:
    day = Span.of(period).last_day(today(tx))
    directory = tx.directory(community)
    households, heads = directory.household_counts(day), directory.heads_on(day)
    counted = tx.records.by_courtyard(community, period)
    none = {"entries": 0, "points": 0, "head_points": 0}
    return [
        {
            "courtyard_id": courtyard,
            "number": number,
            "head_id": heads.get(courtyard),
            "households": households.get(courtyard, 0),
            **{name: counted.get(courtyard, none)[name] for name in none},
            "average": schemas.average(counted.get(courtyard, none)["points"], households.get(courtyard, 0)),
        }
        for courtyard, number in sorted(numbers.items(), key=lambda item: item[1])
    ]


def balances(tx: AggregationTransaction, community: str) -> Row:
    """Where the community's points are. What was issued is in books, redeemed, expired, or owed."""
    kinds = tx.records.balances(community)
    books = [kinds[kind] for kind in ("household", "head") if kind in kinds]
    own = {kind: abs(kinds[kind]["posted"]) if kind in kinds else 0 for kind in ("redeemed", "expired", "arrears")}
    return {
        "issued": -kinds["issued"]["posted"] if "issued" in kinds else 0,
        "books": sum(row["accounts"] for row in books),
        "outstanding": sum(row["posted"] for row in books),
        "held": sum(row["held"] for row in books),
        **own,
    }
