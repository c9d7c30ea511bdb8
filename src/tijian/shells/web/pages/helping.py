"""帮助: how to read a grade, and what each role does where."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tijian.office.people.models import Role
from tijian.office.people.permissions import TABLE
from tijian.shells.web.access import who
from tijian.shells.web.components.grade import GradeCell, GradeLegend

STEPS: dict[Role, tuple[str, ...]] = {
    Role.LEADING_GROUP: (
        "“首页”一屏看各区各维度的等级、短板清单和逾期的里程碑。",
        "点一个等级，看为什么：数从哪里来、按什么标准、距上一级多少。",
        "“区”看一个区的全部问题；“区况一页纸”可以打印。",
        "“治理”看对策走到哪一步，“治理链”从一个数走到它的对策和回评。",
    ),
    Role.OFFICE: (
        "“轮次”开启一轮体检，看填报任务；结束时写小结。",
        "“数据”导入表格和图层，先预检再写入，写错了可以整次撤回；几个来源不一致时选定采用值，写理由。",
        "“数据资源”看第三方计算所用的图层：来历、字段、略图，可以下载。",
        "“标准”试算切点，看哪些等级会变，写理由后采用。",
        "“城市病”确认候选，“治理”写目标和里程碑，验收、回评、销号。",
        "“报告”编制一份总报告和八份专项报告。",
    ),
    Role.CATALOGUE: ("“指标体系”看要公布的改动，按“公布”。公布过的是冻结的，要改先复制新版本。",),
    Role.CLERK: (
        "“数据”—“导入数据”里下载您的填报表（csv）：一行一个数，区、年份、单位都已填好，只在“数值”一列填数；没有数就写“无数据”，本区没有这类对象写“不适用”，不要留零。",
        "填好的表上传后先预检：每一格都有结论，要说明的写原因；会改动哪些数、哪些等级会变，看过再写入。",
        "写错了按“更正”，写理由；别人同时改过的，会把两个数并排给您看。",
        "“治理”里本单位牵头的里程碑，附佐证报送。",
    ),
    Role.REVIEWER: ("“治理”里别的单位报送的里程碑，看佐证后验收或退回，退回要写原因。",),
    Role.DISTRICT: ("“区”看本区的等级和短板；“治理”里本区牵头的里程碑报送，本区的里程碑验收。",),
    Role.THIRD_PARTY: ("“数据”导入第三方渠道的表格，登记图层；“解释”里会写明您的数据集、坐标系和方法。",),
    Role.EXPERT: ("“城市病”打开候选，看吻合的、缺的和相反的证据，选症结，写意见，确认。",),
    Role.AUDITOR: ("“系统状态”看台账，每一次改动一条；按“核对台账”验一遍全部记录有没有被改动。",),
    Role.ADMINISTRATOR: ("“系统状态”看任务、磁盘和版本；账号用命令 tijian people 管理。",),
}


@dataclass(frozen=True)
class Guide:
    """What a role does."""

    role: str
    steps: tuple[str, ...]
    duties: tuple[str, ...]
    own: bool


@require_GET
def helping(request: HttpRequest) -> HttpResponse:
    """Show the guides, one's own first."""
    person = who(request)
    guides = [
        Guide(role.value, steps, tuple(d for d, row in TABLE.items() if role in row), person.has(role))
        for role, steps in STEPS.items()
    ]
    context = {
        "guides": sorted(guides, key=lambda g: not g.own),
        "legend": GradeLegend(synthetic=True),
        "cells": (
            (GradeCell("优"), "优、良、中、差：值达到哪一级的切点。差是最深的颜色，灰度打印也分得清。"),
            (GradeCell("合格"), "合格、不合格：只有一条线的指标，不打分。"),
            (GradeCell("不评级"), "有数，但没有标准、样本不足或口径变了，不评；原因写在旁边。"),
            (GradeCell("无数据"), "应有的数没有来。缺的数不当作零。"),
            (GradeCell("不适用"), "这一级或这个区没有这类对象，不计入覆盖。"),
            (GradeCell("中", synthetic=True), "底边有紫色斜纹的是合成数据，不得引用。"),
        ),
    }
    return render(request, "pages/help.html", context)
