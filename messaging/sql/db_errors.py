"""Classify database errors: retry the transaction, report a timeout, or wait for the database to come back."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_CONFLICTS = {"40001", "40P01"}  # serialization failure, deadlock
_TIMEOUTS = {"55P03", "57014", "25P03"}  # lock, statement and idle timeouts
_DOWN = {"57P01", "57P02", "57P03"}  # shut down, crashed, starting up
_DOWN_CLASSES = {"08", "53"}  # connection exceptions, insufficient resources


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's five-character error code, or None if the server sent none."""
    return getattr(getattr(error, "orig", None), "pgcode", None)


def is_conflict(error: BaseException) -> bool:
    """Whether a deadlock or serialization failure ended the transaction. Running it again may succeed."""
    return sqlstate(error) in _CONFLICTS


def is_timeout(error: BaseException) -> bool:
    """Whether the server ended the statement because of its own time limit. The server is up."""
    return sqlstate(error) in _TIMEOUTS


def is_outage(error: BaseException) -> bool:
    """Whether the database cannot be reached or cannot work. Any other statement would fail as well."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = sqlstate(error)
    if code is None:
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return code in _DOWN or code[:2] in _DOWN_CLASSES
