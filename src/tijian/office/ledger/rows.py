"""The canonical form of a row: equal on both engines, before writing and after reading."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from tijian.engine.kernel.canonical import sha256
from tijian.office.ledger.models import Chained

Plain = str | int | bool | None
Form = dict[str, Plain]

# What reading a column raises when something is in it that its field cannot hold.
UNREADABLE = (ValueError, TypeError, ArithmeticError, ValidationError)


def plain(value: object) -> Plain:
    """Write one value so that both engines agree: floats as ``repr``, times in UTC, bytes by hash.

    Raises:
        ValueError: On NaN or infinity, which SQLite would turn into nothing.
        TypeError: On a type that has no canonical form.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            if not math.isfinite(value):
                raise ValueError(value)
            return repr(value + 0.0)  # SQLite forgets the sign of a negative zero
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes() | memoryview():
            return f"sha256:{sha256(bytes(value))}"
    raise TypeError(f"{type(value).__name__} has no canonical form")


def form(row: Chained) -> Form:
    """Write a row as plain values by column, in the types of its fields.

    Raises:
        ValueError | TypeError | ValidationError: If a column holds what its field cannot (``UNREADABLE``).
    """
    return {
        field.attname: plain(field.to_python(field.value_from_object(row)))
        for field in row._meta.concrete_fields  # noqa: SLF001 — Django's documented name
        if field.name not in row.unchained
    }


def table(model: type[models.Model]) -> str:
    """Give the name of a model's table."""
    return model._meta.db_table  # noqa: SLF001 — Django's documented name


def title(model: type[models.Model]) -> str:
    """Give the Chinese name of a model."""
    return str(model._meta.verbose_name)  # noqa: SLF001 — Django's documented name


def chained_models() -> Iterator[type[Chained]]:
    """Find every table that the trail holds to account, in order of name."""
    found = [model for model in apps.get_models() if issubclass(model, Chained)]
    yield from sorted(found, key=table)
