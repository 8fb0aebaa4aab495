"""Ed25519 public keys that must not be accepted: of small order, not canonical, or not on the curve.

OpenSSL loads any 32 bytes. With a key of small order, one signature fits many messages, so that it proves nothing.
"""

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
"""The y-coordinates of the eight points whose order divides 8."""


def is_strong_key(public_key: bytes) -> bool:
    """Return whether the 32 bytes are the canonical encoding of a point on the curve that is not of small order."""
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    return len(public_key) == 32 and y < _P and y not in _SMALL_ORDER and _is_on_curve(y)


def _is_on_curve(y: int) -> bool:
    """Return whether x² = (y² - 1) / (dy² + 1) has a solution, by Euler's criterion."""
    square = y * y % _P
    x_square = (square - 1) * pow(_D * square + 1, -1, _P) % _P
    return pow(x_square, (_P - 1) // 2, _P) == 1
