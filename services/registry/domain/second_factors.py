"""One-time codes (TOTP, RFC 6238) as the second factor of people with roles that need one (R4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import SecondFactorInvalid, SecondFactorRequired, WrongState

FindStep = Callable[[bytes, str], int | None]
"""Returns the time step at which a secret, encrypted as stored, has a code now; None if it has not."""


@dataclass(eq=False, kw_only=True)
class SecondFactor:
    """The secret of a person's authenticator app, encrypted; it counts once a first code has confirmed it."""

    community: str
    person: str
    secret_cipher: bytes
    requested_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0
    """Time step of the last code that was used: a code is valid once."""

    def replace(self, secret_cipher: bytes, at: datetime) -> None:
        """Take another secret. Raises `WrongState` once this one is confirmed."""
        if self.confirmed_at:
            raise WrongState("已绑定验证器，请先用验证码解除")
        self.secret_cipher, self.requested_at, self.last_step = secret_cipher, at, 0

    def confirm(self, code: str, find_step: FindStep, at: datetime) -> None:
        """Use a code, the first of which puts the factor into effect. Raises `SecondFactorInvalid`."""
        self._use(code, find_step)
        self.confirmed_at = self.confirmed_at or at

    def verify(self, code: str | None, find_step: FindStep) -> None:
        """Use a code to sign in. Raises `SecondFactorRequired` without one, `SecondFactorInvalid` for a wrong one."""
        if code is None:
            raise SecondFactorRequired()
        self._use(code, find_step)

    def _use(self, code: str, find_step: FindStep) -> None:
        step = find_step(self.secret_cipher, code)
        if step is None or step <= self.last_step:
            raise SecondFactorInvalid()
        self.last_step = step
