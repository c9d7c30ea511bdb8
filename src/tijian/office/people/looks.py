"""Up to which position somebody has looked at what changed; no fact about the city, so it is not chained."""

from __future__ import annotations

from tijian.office.people.models import Login


def looked(name: str) -> int:
    """Give the position up to which an account has looked; 0 where it never said so."""
    found = Login.objects.filter(name=name).values_list("looked", flat=True).first()
    return found or 0


def look(name: str, position: int) -> None:
    """Take note that an account has looked up to a position; it never goes back."""
    Login.objects.filter(name=name, looked__lt=position).update(looked=position)
