"""The page that shows every component in every state; later pages look things up here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tijian.shells.web.components import living_figures as figures
from tijian.shells.web.components import living_work as work
from tijian.shells.web.frame import Account, Place, Rounds, Site

NAV = ("首页", "我的任务", "审核", "指标", "区", "诊断", "治理", "标准", "报告")
FRAME = {
    "site": Site(
        "示例市城市体检",
        synthetic="本页数字都是举例，不是任何城市的数据，不得引用。",
        today="2020-03-18",
        footer=(
            "评价标准 2019-01 版（示例/待核）",
            "指标体系 36+N 2019 版",
            "计算批次 R2019-07",
            "运行清单 9c41e0b7",
        ),
    ),
    "nav": [Place(name, "#main", name == "指标", 3 if name == "我的任务" else None) for name in NAV],
    "rounds": Rounds("2019 年度", (Place("2019 年度", "#main", current=True), Place("2018 年度", "#main"))),
    "account": Account("王敏", "领导小组办公室", (Place("账户设置", "#main"),), "#main"),
}


def living_page(request: HttpRequest) -> HttpResponse:
    """Show all components with made-up figures."""
    return render(request, "components/living.html", {**FRAME, "f": figures, "w": work})
