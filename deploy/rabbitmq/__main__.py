"""Make the broker's users; see the package."""

from os import environ

from deploy.rabbitmq import RIGHTS, grant

if __name__ == "__main__":
    grant(environ["RABBITMQ_MANAGEMENT_URI"], {name: environ[f"{name.upper()}_BROKER_PASSWORD"] for name in RIGHTS})
    print(f"users at the broker: {', '.join(RIGHTS)}")
