"""Questions about editions."""

from __future__ import annotations

from tijian.office.publish.models import Edition, Report
from tijian.office.register.models import Round
from tijian.office.values.models import Result


def editions(which: Round) -> list[Edition]:
    """Give the editions of a round, the latest first, each with its files."""
    return list(Edition.objects.filter(round=which).prefetch_related("reports__file").order_by("-number"))


def report(which: Round, key: int) -> Report | None:
    """Find a file of an edition of a round."""
    found: Report | None = Report.objects.filter(pk=key, edition__round=which).select_related("file").first()
    return found


def is_outdated(edition: Edition) -> bool:
    """Tell whether results of its round are newer than an edition."""
    return Result.objects.filter(round=edition.round, action__position__gt=edition.position).exists()
