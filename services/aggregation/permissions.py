"""Who may read which part of the ledger, beyond what `directory.permissions` says of roles."""

from contracts.errors import NotFound
from directory.permissions import READ_LEDGER_OF_COURTYARD
from services.aggregation.store import AggregationScope


def require_book(scope: AggregationScope, account: str) -> set[str]:
    """Return the owners of a passbook that the caller may read. Raises `NotFound`."""
    return scope.require_book(account, was_used=lambda: scope.passbooks.exists(account))


def require_courtyard_ledger(scope: AggregationScope, courtyard: str) -> None:
    """Raise `NotFound` when there is no such courtyard, `RoleMissing` when the caller may not read its ledger."""
    if scope.directory.grid_of(courtyard) is None:
        raise NotFound("没有这个院落")
    scope.require(READ_LEDGER_OF_COURTYARD, courtyard=courtyard)


def require_community(scope: AggregationScope) -> None:
    """Raise `NotFound` when the registry has not announced the scope's community."""
    if not scope.directory.exists():
        raise NotFound("没有这个社区")
