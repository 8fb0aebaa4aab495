"""Free TCP ports on the loopback interface, so that the stack works beside whatever runs already."""

import random
import socket

LOOPBACK = "127.0.0.1"
_BELOW_THE_KERNELS_OWN = range(20_000, 32_000)  # it hands out 32768 and above to outgoing connections
_held: dict[int, int] = {}


def free(preferred: int | None = None) -> int:
    """Return the preferred port, or the next free one after it; without a preference, any free one.

    A preferred port should also be below the kernel's own, or some outgoing connection may have it at any moment.
    Between this answer and the moment its receiver listens, nobody else who asks here gets the port, in any process
    of this machine: the UDP port of the same number is held as a sign, as long as this process lives.
    """
    candidates = range(preferred, preferred + 500) if preferred else random.sample(_BELOW_THE_KERNELS_OWN, 500)
    for port in candidates:
        if port not in _held and is_free(port) and (sign := _hold(port)) is not None:
            _held[port] = sign
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


def _hold(port: int) -> int | None:
    """The descriptor of the sign, or nothing when somebody else has put up his."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sign:
        try:
            sign.bind((LOOPBACK, port))
        except OSError:
            return None
        return sign.detach()
