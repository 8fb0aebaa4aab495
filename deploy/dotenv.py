"""Generates the secrets of a Compose deployment: `python3 -m deploy.dotenv 13912345678 > .env`.

The argument is the phone number that the first platform administrator signs in with. There is no default: a number
that is printed in a manual is somebody's.
"""

import re
import sys
from secrets import token_urlsafe

from deploy import SERVICES

_SERVICE_PASSWORDS = ("owner", "database", "broker")
_OTHER_SECRETS = (
    "POSTGRES_PASSWORD",
    "RABBITMQ_PASSWORD",
    "RELAY_BROKER_PASSWORD",
    "GATEWAY_BROKER_PASSWORD",
    "JWT_SECRET",
    "PHONE_KEY",
    "WEBHOOK_KEY",
    "PLATFORM_ADMIN_PASSWORD",
)


def names() -> list[str]:
    """Return the name of every secret that docker-compose.yml needs."""
    return [f"{service}_{kind}_PASSWORD".upper() for service in SERVICES for kind in _SERVICE_PASSWORDS] + list(
        _OTHER_SECRETS
    )


def administrator_phone(arguments: list[str]) -> str:
    """Return the number among the command's arguments. Exit with a message unless there is one mobile number."""
    if len(arguments) != 1 or not re.fullmatch(r"1[3-9]\d{9}", arguments[0]):
        sys.exit("usage: python3 -m deploy.dotenv PHONE > .env   (the platform administrator's own mobile number)")
    return arguments[0]


if __name__ == "__main__":
    print(f"PLATFORM_ADMIN_PHONE={administrator_phone(sys.argv[1:])}")
    for name in names():
        print(f"{name}={token_urlsafe(32)}")
