"""What a database error means for the work it interrupted."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_CONFLICTS = {"40001", "40P01"}  # serialization failure, deadlock
_WAITS = {"55P03", "57014", "25P03"}  # lock, statement and idle timeouts
_DOWN = {"57P01", "57P02", "57P03"}  # shut down, crashed, starting up
_DOWN_CLASSES = {"08", "53"}  # connection exceptions, insufficient resources


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's five-character code, when the server got as far as giving one."""
    return getattr(getattr(error, "orig", None), "pgcode", None)


def is_conflict(error: BaseException) -> bool:
    """Two transactions were in each other's way; the same again will do."""
    return sqlstate(error) in _CONFLICTS


def is_wait(error: BaseException) -> bool:
    """The server gave up waiting; it is alive, and this work may be what is wrong."""
    return sqlstate(error) in _WAITS


def is_outage(error: BaseException) -> bool:
    """The store cannot be reached or cannot work: nobody's fault, and nothing else would fare better."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = sqlstate(error)
    if code is None:
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return code in _DOWN or code[:2] in _DOWN_CLASSES
