from typing import ClassVar

from django.db import models

from tijian.office.ledger.models import Chained


class Figure(Chained):
    period = models.CharField("时期", max_length=20)
    value = models.FloatField("数值")

    class Meta:
        app_label = "ledger_slice"
        verbose_name = "数"


class Total(Chained):
    period = models.CharField("时期", max_length=20)
    value = models.FloatField("合计")

    class Meta:
        app_label = "ledger_slice"
        verbose_name = "合计"


class Board(Chained):
    append_only: ClassVar[bool] = False
    unchained = ("contact",)

    name = models.CharField("名称", max_length=40, unique=True)
    text = models.TextField("内容")
    contact = models.CharField("联系方式", max_length=40, default="")

    class Meta:
        app_label = "ledger_slice"
        verbose_name = "公告板"


def latest_total(period):
    return Total.objects.filter(period=period).order_by("-action__position").first().value
