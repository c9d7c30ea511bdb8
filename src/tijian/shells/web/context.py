"""What every page is given: the installation, the navigation and who is signed in."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tijian.office.ledger import queries
from tijian.office.ledger.models import Opening
from tijian.office.people.queries import Person
from tijian.office.register.models import Dataset
from tijian.office.values.models import SurveyMean, Value
from tijian.shells.web import frame
from tijian.shells.web.access import places, signed_in

MARK = "合成"
SYNTHETIC = "本安装有由生成器造出的数据，不是真实情况，不得引用。"


def frame_of(request: HttpRequest) -> dict[str, object]:
    """Give ``site``, ``nav``, ``account`` and, with its roles and bodies, ``person``."""
    person = signed_in(request) if hasattr(request, "user") else None
    return {
        "site": _site(),
        "nav": [frame.Place(*place) for place in places(request)] if person is not None else [],
        "account": _account(person) if person is not None else None,
        "person": person,
    }


def _account(person: Person) -> frame.Account:
    settled = (frame.Place("修改密码", reverse("password")),)
    return frame.Account(person.zh, "、".join(person.bodies), settled, reverse("signout"))


def _site() -> frame.Site:
    opening: Opening | None = Opening.objects.order_by("pk").first()
    day = queries.simulated_day()
    return frame.Site(
        title=f"{opening.name if opening is not None else ''}城市体检",
        home=reverse("home"),
        synthetic=SYNTHETIC if _is_synthetic(str(settings.INSTALLATION), queries.position()) else "",
        today="" if day is None else f"{day.year} 年 {day.month} 月 {day.day} 日",
    )


@lru_cache(maxsize=8)
def _is_synthetic(_installation: str, _position: int) -> bool:
    """Tell whether any figure or layer carries the mark; asked once for each state of the ledger."""
    return any(model.objects.filter(mark__contains=MARK).exists() for model in (Value, SurveyMean, Dataset))
