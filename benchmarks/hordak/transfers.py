"""Runs in the environment that has django-hordak: `transfers.py prepare ACCOUNTS`, `transfers.py post ACCOUNTS NUMBER`.

`post` prints "ready", waits for a line, then prints when it started and ended, in seconds since the epoch.
"""

import os
import sys
import time

import django
from django.core.management import call_command
from django.db import transaction

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from hordak.models import Account, AccountType  # noqa: E402
from moneyed import Money  # noqa: E402

FIVE = Money(5, "CNY")


def prepare(accounts: int) -> None:
    """Create the tables, an issuing account and `accounts` receiving ones."""
    call_command("migrate", verbosity=0)
    if Account.objects.exists():
        return
    Account.objects.create(name="issued", type=AccountType.income, currencies=["CNY"])
    for number in range(accounts):
        Account.objects.create(name=f"household {number}", type=AccountType.liability, currencies=["CNY"])


def post(accounts: int, number: int) -> None:
    """Make `number` transfers to `accounts`, alternating, each in its own transaction."""
    issued, *books = Account.objects.order_by("id")[: accounts + 1]
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.time()
    for turn in range(number):
        with transaction.atomic():
            issued.transfer_to(books[turn % accounts], FIVE, description="clean_up")
    print(started, time.time(), flush=True)


if __name__ == "__main__":
    verb, *numbers = sys.argv[1:]
    {"prepare": prepare, "post": post}[verb](*map(int, numbers))
