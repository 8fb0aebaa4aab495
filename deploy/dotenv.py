"""Makes the secrets of a Compose deployment, once: `python3 -m deploy.dotenv > .env`."""

from secrets import token_urlsafe

from deploy import SERVICES

KINDS = ("owner", "database", "broker")
ALONE = (
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
    """Every secret docker-compose.yml asks for."""
    return [f"{service}_{kind}_PASSWORD".upper() for service in SERVICES for kind in KINDS] + list(ALONE)


if __name__ == "__main__":
    print("PLATFORM_ADMIN_PHONE=13800000000")
    for name in names():
        print(f"{name}={token_urlsafe(32)}")
