"""Create or update the broker's users; see the package."""

from os import environ

from deploy.rabbitmq import PERMISSIONS, grant

if __name__ == "__main__":
    grant(
        environ["RABBITMQ_MANAGEMENT_URI"], {name: environ[f"{name.upper()}_BROKER_PASSWORD"] for name in PERMISSIONS}
    )
    print(f"users at the broker: {', '.join(PERMISSIONS)}")
