"""Free TCP ports on the loopback interface, so that the stack runs beside other servers."""

import random
import socket

LOOPBACK = "127.0.0.1"
_BELOW_EPHEMERAL_PORTS = range(20_000, 32_000)  # the kernel gives 32768 and above to outgoing connections
_reserved: dict[int, int] = {}


def free(preferred: int | None = None) -> int:
    """Return the preferred port, or the next free one after it; without a preference, any free one.

    A preferred port should be below the kernel's ephemeral range, otherwise an outgoing connection may take it. Until
    the caller listens on the port, no other call of this function returns it, in any process of this machine: this
    process reserves it by binding the UDP port of the same number.
    """
    candidates = range(preferred, preferred + 500) if preferred else random.sample(_BELOW_EPHEMERAL_PORTS, 500)
    for port in candidates:
        if port not in _reserved and is_free(port) and (reservation := _reserve(port)) is not None:
            _reserved[port] = reservation
            return port
    raise OSError(f"no free port from {candidates[0]} on")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _reserve(port: int) -> int | None:
    """Return the descriptor of the reserving socket, or None if another process has reserved the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as reservation:
        try:
            reservation.bind((LOOPBACK, port))
        except OSError:
            return None
        return reservation.detach()
