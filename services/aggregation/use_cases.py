"""What the aggregation service reads from several repositories at once."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from contracts import calendar
from contracts.calls import aggregation as calls
from contracts.calls.claims import Costing
from contracts.calls.registry.public_labels import PublicView
from contracts.paging import cursor_parts, joined_cursor, number_cursor, page_of
from contracts.rpc import Page
from services.aggregation import schemas
from services.aggregation.domain import Expiry, Lot, Span, budget, statements
from services.aggregation.schemas import Row
from services.aggregation.store import AggregationScope

_NO_FIGURES: Row = {"posted": 0, "held": 0, "arrears": 0, "cumulative": 0, "pending": 0, "merged_into": None}

# Passbooks


def passbook(scope: AggregationScope, account: str, day: date | None) -> calls.Passbook:
    """Return a book's figures now, or at the end of `day`."""
    if day is None:
        figures = scope.passbooks.now(account) or _NO_FIGURES
        return schemas.passbook(account, figures, scope.today, _expiring(scope, account, figures))
    return schemas.passbook(account, scope.passbooks.until(account, schemas.end_of(day)), day, None)


def _expiring(scope: AggregationScope, account: str, figures: Row) -> list[Lot]:
    """Return how much of a book's available points lapses after which day (R24)."""
    expiry = Expiry.of(scope.policy.expiry)
    if expiry.never or figures["posted"] == figures["held"]:
        return []
    lots = scope.lots.of_book(calendar.start_of(expiry.earliest_living(scope.today)), account)
    return expiry.ahead(figures["posted"] - figures["held"], lots, scope.today)


def list_statements(scope: AggregationScope, account: str, before: str | None) -> list[calls.PassbookStatement]:
    """Return a book's months before `before`, newest first."""
    made = statements.statements(scope.months.of_book(account), scope.this_month)
    return [schemas.statement(each) for each in reversed(made) if before is None or each.movements.period < before]


def statement(
    scope: AggregationScope, account: str, owners: set[str], period: str, limit: int, cursor: str | None
) -> calls.StatementWithLines:
    """Return one month of a book with a page of its lines. Raises `Invalid` for a month to come."""
    made = statements.statement(scope.months.of_book(account), period, scope.this_month)
    lines = scope.months.lines(account, *_instants_of(period), limit + 1, cursor)
    return {
        **schemas.statement(made),
        "account_id": account,
        "owner_ids": sorted(owners),
        **page_of(lines, limit, schemas.line, lambda line: line["id"]),
    }


# Boards


def board(
    scope: AggregationScope,
    kind: calls.BoardKind,
    period: str | None,
    category: str | None,
    limit: int,
    cursor: str | None,
) -> calls.Board:
    """Return a page of a board, by default of the newest month that has points."""
    period = period or scope.boards.newest_month(kind, scope.this_month) or scope.this_month
    span = Span.of(period)
    found = scope.boards.page(kind, span, category, limit + 1, number_cursor(cursor) or 0)
    places = {row["subject"]: place for row, place in zip(found, _places(scope, kind, span, found), strict=True)}
    page = page_of(
        found,
        limit,
        lambda row: schemas.board_place(row, places[row["subject"]]),
        lambda row: row["position"],
    )
    day = span.last_day(scope.today).isoformat()
    return {"period": period, "category": category, "day": day, "view": _public_view(scope), **page}


def _public_view(scope: AggregationScope) -> PublicView:
    view = scope.policy.public_view
    return {"place": view.place, "deed": view.deed, "min_residents": view.min_residents, "masked": view.masked}


def own_place(
    scope: AggregationScope, kind: calls.BoardKind, period: str, category: str | None
) -> calls.OwnPlace | None:
    """Return the place of the caller, their household or their courtyard; None if they belong to none."""
    subject, span = _own_subject(scope, kind), Span.of(period)
    if subject is None:
        return None
    found = scope.boards.place(kind, span, category, subject)
    [place] = _places(scope, kind, span, [found])
    return schemas.own_place(found, place)


def _own_subject(scope: AggregationScope, kind: calls.BoardKind) -> str | None:
    if kind == "residents":
        return scope.person
    household = scope.directory.household_of(scope.person, scope.today)
    if household is None or kind == "households":
        return household
    return scope.directory.courtyard_of(household, scope.today)


def _places(scope: AggregationScope, kind: calls.BoardKind, span: Span, found: Iterable[Row]) -> list[Row]:
    """Return what identifies the subject of each row: its courtyard and head, or its household and person."""
    directory, day = scope.directory, span.last_day(scope.today)
    found, numbers = list(found), directory.all_courtyards()
    subjects = [row["subject"] for row in found]
    if kind == "courtyards":
        heads, households = directory.heads_on(day), directory.household_counts(day)
        return [
            {
                "courtyard_id": row["subject"],
                "number": numbers.get(row["subject"]),
                "head_id": heads.get(row["subject"]),
                "households": households.get(row["subject"], 0),
                "average": schemas.average(row["points"], households.get(row["subject"], 0)),
            }
            for row in found
        ]
    if kind == "households":
        homes, people = {subject: subject for subject in subjects}, directory.first_members_of(subjects, day)
    else:
        homes, people = directory.households_of(subjects, day), {subject: subject for subject in subjects}
    courtyards = directory.courtyards_of(homes.values(), day)
    places = []
    for subject in subjects:
        home = homes.get(subject)
        courtyard = courtyards.get(home) if home else None
        places.append(
            {
                "household_id": home,
                "person_id": people.get(subject),
                "courtyard_id": courtyard,
                "number": numbers.get(courtyard) if courtyard else None,
            }
        )
    return places


# Ledgers


def courtyard_ledger(
    scope: AggregationScope, courtyard: str, period: str | None, limit: int, cursor: str | None
) -> calls.CourtyardLedger:
    """Return a courtyard's month: the head's points (R22), their average, its days (R9), a page of its records."""
    period = period or scope.this_month
    [summary] = _courtyard_months(scope, period, {courtyard: scope.directory.all_courtyards()[courtyard]})
    return {
        **summary,
        "period": period,
        "pending": scope.records.pending(period, courtyard),
        "days": [schemas.ledger_day(row) for row in scope.records.days(period, courtyard)],
        **_records(scope, period, courtyard, limit, cursor),
    }


def community_ledger(
    scope: AggregationScope, period: str | None, limit: int, cursor: str | None
) -> calls.CommunityLedger:
    """Return the community's month, courtyard by courtyard, where its points are now, a page of all its records."""
    period = period or scope.this_month
    courtyards = _courtyard_months(scope, period, _courtyards_in(scope, period))
    return {
        "period": period,
        "households": sum(row["households"] for row in courtyards),
        "entries": sum(row["entries"] for row in courtyards),
        "points": sum(row["points"] for row in courtyards),
        "head_points": sum(row["head_points"] for row in courtyards),
        "pending": scope.records.pending(period),
        "balances": schemas.balances(scope.records.balances()),
        "courtyards": courtyards,
        **_records(scope, period, None, limit, cursor),
    }


def _records(
    scope: AggregationScope, period: str, courtyard: str | None, limit: int, cursor: str | None
) -> Page[calls.LedgerRecord]:
    """Return a page of a month's records by courtyard, day and id."""
    found = scope.records.page(period, courtyard, limit + 1, cursor_parts(cursor, str, date.fromisoformat, str))
    return page_of(found, limit, schemas.record, lambda row: joined_cursor(row["courtyard"], row["day"], row["id"]))


def _courtyards_in(scope: AggregationScope, period: str) -> dict[str, int]:
    """Return the courtyards of a month by number; one dissolved before it only if something was still counted."""
    counted = scope.records.by_courtyard(period)
    gone = scope.directory.dissolved(calendar.first_day(Span.of(period).first)).keys() - counted.keys()
    return {id: number for id, number in scope.directory.all_courtyards().items() if id not in gone}


def _courtyard_months(scope: AggregationScope, period: str, numbers: dict[str, int]) -> list[calls.CourtyardMonth]:
    day = Span.of(period).last_day(scope.today)
    households, heads = scope.directory.household_counts(day), scope.directory.heads_on(day)
    counted = scope.records.by_courtyard(period)
    none: Row = {"entries": 0, "points": 0, "head_points": 0}
    return [
        {
            "courtyard_id": courtyard,
            "number": number,
            "head_id": heads.get(courtyard),
            "households": households.get(courtyard, 0),
            "entries": counted.get(courtyard, none)["entries"],
            "points": counted.get(courtyard, none)["points"],
            "head_points": counted.get(courtyard, none)["head_points"],
            "average": schemas.average(counted.get(courtyard, none)["points"], households.get(courtyard, 0)),
        }
        for courtyard, number in sorted(numbers.items(), key=lambda item: item[1])
    ]


# The budget


def budget_of(scope: AggregationScope, draft: Costing | None) -> calls.Budget:
    """Return balances, the last twelve months and the forecast, in points and in fen, and a month under a draft."""
    month, rate = scope.this_month, scope.policy.point_value_fen
    months = scope.months.of_community(_instants_of(f"{int(month[:4]) - 1}{month[4:]}")[0])
    balances = schemas.balances(scope.records.balances())
    ahead = budget.forecast(months, balances["outstanding"], month)
    return {
        **balances,
        "period": month,
        "point_value_fen": rate,
        "pending": scope.records.pending_in_all(),
        "outstanding_fen": balances["outstanding"] * rate,
        "months": [schemas.month(each) for each in months],
        "forecast": schemas.forecast(ahead, rate) if ahead else None,
        "draft": _draft(scope, draft, rate) if draft else None,
    }


def _draft(scope: AggregationScope, costing: Costing, rate: int) -> calls.BudgetDraft:
    costs = {item["item"]: item["drafted_points"] for item in costing["items"]}
    return schemas.draft(costing, budget.drafted(scope.months.earned(costing["period"]), costs), rate)


def _instants_of(period: str) -> tuple[datetime, datetime]:
    """Return the first instant of a month in Asia/Shanghai, and that of the next."""
    first, next_first = (calendar.first_day(each) for each in (period, calendar.next_period(period)))
    since, until = (datetime.combine(day, time(), calendar.ZONE).astimezone(UTC) for day in (first, next_first))
    return since, until
