"""Django settings for django-hordak as in production: PostgreSQL, one connection for each process."""

import os
from urllib.parse import urlsplit

_database = urlsplit(os.environ["DATABASE_URI"])

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.removeprefix("/"),
        "USER": _database.username,
        "PASSWORD": _database.password,
        "HOST": _database.hostname,
        "PORT": _database.port,
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"]
SECRET_KEY = "of a benchmark"
DEBUG = False
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DEFAULT_CURRENCY = HORDAK_INTERNAL_CURRENCY = "CNY"
CURRENCIES = HORDAK_CURRENCIES = ["CNY"]
