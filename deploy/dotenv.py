"""Generates the secrets of a Compose deployment: `python3 -m deploy.dotenv > .env`."""

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


if __name__ == "__main__":
    print("PLATFORM_ADMIN_PHONE=13800000000")
    for name in names():
        print(f"{name}={token_urlsafe(32)}")
