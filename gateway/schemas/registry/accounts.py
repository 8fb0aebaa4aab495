"""What people sign in with: passwords in place of their hashes."""

from typing import Annotated, NotRequired, TypedDict

from contracts import fields
from contracts.calls.registry.accounts import OwnSession, ResetFacts
from contracts.schema import Doc

_Password = Annotated[str, fields.Secret(128, least=8, example="battery-staple", load_only=True)]


class PasswordForm(TypedDict):
    """The caller's password and the one that replaces it."""

    old_password: Annotated[str, fields.Secret(128, example="correct-horse", load_only=True)]
    password: _Password


class ListedSession(OwnSession):
    """A sign-in of the caller; `current` is the one that asks."""

    current: bool


class ResetForm(ResetFacts):
    """Why a person's sign-in is reset, and their new password if they sign in with one."""

    password: NotRequired[Annotated[_Password, Doc("For the person to change at once")]]


class OneTimeCodeForm(TypedDict):
    """The six digits that the authenticator shows now."""

    code: Annotated[str, fields.Text(6, pattern=r"\d{6}", example="492039", load_only=True)]


class NewSecondFactor(TypedDict):
    """For an authenticator app: scan the address as a QR code, or type the secret. Shown once."""

    secret: Annotated[str, Doc("Base32", example="JBSWY3DPEHPK3PXP")]
    uri: Annotated[str, Doc("otpauth://…")]
