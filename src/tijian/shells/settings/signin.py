"""Settings of signing in: passwords, sessions, lockout, and the queue of jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

SIGNIN_APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "axes",
    "django_tasks",
    "django_tasks_db",
)
SESSION_SECONDS = 8 * 3600
COOL_OFF = timedelta(minutes=15)
FAILURES = 5  # of an account; an address may fail twice as often, since colleagues share one
SHORTEST_PASSWORD = 10
HOSTS = ("localhost", "127.0.0.1", "[::1]")
VALIDATORS = "django.contrib.auth.password_validation"


def signin_settings() -> dict[str, Any]:
    """Give what signing in needs of Django and of django-axes."""
    return {
        "ALLOWED_HOSTS": list(HOSTS),
        "AUTH_USER_MODEL": "people.Login",
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",  # first: who is locked out is not even asked
            "django.contrib.auth.backends.ModelBackend",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": SHORTEST_PASSWORD}},
            {
                "NAME": f"{VALIDATORS}.UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ["name"]},
            },
            {"NAME": f"{VALIDATORS}.CommonPasswordValidator"},
            {"NAME": f"{VALIDATORS}.NumericPasswordValidator"},
        ],
        "LOGIN_URL": "signin",
        **_cookies(),
        **_lockout(),
        "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    }


def _cookies() -> dict[str, Any]:
    return {
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "SESSION_COOKIE_AGE": SESSION_SECONDS,
        "SESSION_COOKIE_NAME": "tijian",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": False,
        "SESSION_SAVE_EVERY_REQUEST": False,  # a write a request would lock SQLite; see web.sessions
        "CSRF_COOKIE_NAME": "tijian-csrf",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",  # no write either
    }


def _lockout() -> dict[str, Any]:
    return {
        "AXES_HANDLER": "tijian.shells.web.lockout.LockoutHandler",
        "AXES_LOCKOUT_PARAMETERS": ["username", "ip_address"],
        "AXES_FAILURE_LIMIT": FAILURES,
        "AXES_COOLOFF_TIME": COOL_OFF,
        # else whoever goes on trying keeps the owner of the account out for ever
        "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,
        "AXES_LOCKOUT_CALLABLE": "tijian.shells.web.lockout.locked_out",
        "AXES_USERNAME_FORM_FIELD": "username",
        "AXES_DISABLE_ACCESS_LOG": True,
        "AXES_VERBOSE": False,
        # only the peer's address: a header can be made up
        "AXES_IPWARE_META_PRECEDENCE_ORDER": ("REMOTE_ADDR",),
        "AXES_ENABLE_ADMIN": False,
    }
