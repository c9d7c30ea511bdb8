"""Django's settings, built from an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from tijian.engine.kernel.faults import Fault, Refused
from tijian.office.ledger.locks import WAIT_SECONDS
from tijian.shells.settings.installation import FILE, SQLITE, Installation
from tijian.shells.settings.logs import logging_settings
from tijian.shells.settings.signin import SIGNIN_APPS, signin_settings
from tijian.shells.settings.web import web_settings

ROOMS = (
    "tijian.office.ledger.apps.LedgerConfig",
    "tijian.office.people.apps.PeopleConfig",
    "tijian.office.register.apps.RegisterConfig",
    "tijian.office.values.apps.ValuesConfig",
    "tijian.office.diagnose.apps.DiagnoseConfig",
    "tijian.office.treat.apps.TreatConfig",
    "tijian.office.publish.apps.PublishConfig",
)
WEB_APPS = ("django.contrib.staticfiles", "django_htmx", "csp")
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before whitenoise: its answers carry the policy too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "tijian.shells.web.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tijian.shells.web.access.AccessMiddleware",  # asks the table of rights before any view runs
    "axes.middleware.AxesMiddleware",
)
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
CONNECTIONS = 24  # a pool for the threads of one server process
NAMED = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def settings_of(folder: Path, installation: Installation, rooms: tuple[str, ...] = ROOMS) -> dict[str, Any]:
    """Build the settings of an installation; LOGGING stands first, since without it a fault is told nowhere.

    Raises:
        Refused: If the address of the database cannot be understood.
    """
    return {
        "LOGGING": logging_settings(folder),
        "INSTALLATION": folder,
        "DATABASES": {"default": database(folder, installation.database)},
        "SECRET_KEY": (folder / installation.secret).read_text(encoding="utf-8").strip(),
        **common(rooms),
    }


def common(rooms: tuple[str, ...]) -> dict[str, Any]:
    """Give what holds for every installation. ``atomic`` is an action's, never a request's."""
    return {
        "INSTALLED_APPS": [*rooms, *SIGNIN_APPS, *WEB_APPS],
        "MIDDLEWARE": list(MIDDLEWARE),
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "Asia/Shanghai",
        "USE_I18N": True,
        "LANGUAGE_CODE": "zh-hans",
        "DEBUG": False,
        **web_settings(),
        **signin_settings(),
    }


def database(folder: Path, address: str) -> dict[str, Any]:
    """Say how to reach a database.

    Raises:
        Refused: If the address cannot be understood.
    """
    if address == SQLITE:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder / "tijian.sqlite3"),
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": WAIT_SECONDS,
                "init_command": PRAGMAS,
            },
        }
    parts = parse_address(address)
    options: dict[str, Any] = {k: v for k, v in parts.items() if k not in NAMED}
    waits = f"-c lock_timeout={WAIT_SECONDS * 1000}"
    options["options"] = f"{options['options']} {waits}" if "options" in options else waits
    options["pool"] = {"min_size": 1, "max_size": CONNECTIONS, "timeout": WAIT_SECONDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{setting: str(parts.get(part, "")) for part, setting in NAMED.items()},
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,  # the pool keeps them
        "OPTIONS": options,
    }


def parse_address(address: str) -> dict[str, Any]:
    """Take a PostgreSQL address apart as PostgreSQL does, the host in its query included.

    Raises:
        Refused: If it is none, or names no database.
    """
    try:
        parts = (
            dict(conninfo_to_dict(address)) if address.startswith(("postgresql://", "postgres://")) else {}
        )
    except ProgrammingError:
        parts = {}
    if not parts.get("dbname"):
        expected = f"“{SQLITE}”或 postgresql://用户:密码@主机:端口/库名"
        raise Refused([Fault("database.address", FILE, "database", "", expected, "请改正数据库地址。")])
    return parts
