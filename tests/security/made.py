"""A disease, a measure on it and a file behind a milestone, made once in the filled installation of the toy city."""

import tempfile
from pathlib import Path

from filling import ROUND, do

DOER = "huanbao"  # an account of the body that leads
AREA, INDICATOR = "990101", "MO01"


def number():
    """Number of a confirmed disease; the toy city has no knowledge, so it is confirmed by name."""
    from tijian.office.diagnose.actions import Confirm
    from tijian.office.diagnose.links import Link
    from tijian.office.diagnose.models import Diagnosis
    from tijian.office.register.models import Round
    from tijian.office.values.results import current
    from tijian.office.values.scan import ScanRound

    found = Diagnosis.objects.first()
    if found is not None:
        return found.number
    do(ScanRound(ROUND))
    result = current(Round.objects.get(name=ROUND), scope=[INDICATOR])[INDICATOR, AREA]
    action = Confirm(
        ROUND, "支路少", "路网密度低。", (Link("支持", result=result.pk),), name="路网不通", areas=(AREA,),
        severity="中", own_cause=True, reason="踏勘",
    )  # fmt: skip
    return do(action, "zhuanjia").answer["number"]


def measure():
    """Number of a measure on it."""
    from tijian.office.treat.models import Measure

    found = Measure.objects.first()
    return _measure() if found is None else found.number


def _measure():
    from datetime import date

    from tijian.office.treat.actions import CreateMeasure, MilestoneGiven
    from tijian.office.treat.targets import TargetGiven

    steps = tuple(MilestoneGiven(f"第 {n} 步", date(2025, n, 1), "验收单") for n in (3, 6, 9))
    target = TargetGiven(INDICATOR, "12", 2025)
    return do(CreateMeasure(number(), "打通支路", "environment", (target,), steps)).answer["number"]


def proof():
    """Id of a file submitted for its first milestone."""
    from tijian.office.treat.milestones import File, SubmitMilestone
    from tijian.office.treat.models import Proof

    which = measure()
    found = Proof.objects.first()
    if found is None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "验收单.txt"
            path.write_text("已完成\n", encoding="utf-8")
            do(SubmitMilestone(which, 1, (File(path, path.name),)), DOER)
        found = Proof.objects.get()
    return found.pk


def report():
    """Give the id of a report file of the round; its edition is written with a small text in place of reports."""
    from dataclasses import replace
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from tijian.office.ledger import evidence
    from tijian.office.ledger.queries import position, today
    from tijian.office.publish.actions import IssueEdition
    from tijian.office.publish.models import Report
    from tijian.office.register.models import Round

    found = Report.objects.first()
    if found is None:
        with TemporaryDirectory() as scratch:
            file = Path(scratch) / "00-总报告.pdf"
            file.write_bytes(b"%PDF-1.7 ...")
            kept = ((file.name, *evidence.keep(file)),)
        action = replace(IssueEdition(Round.objects.first().name), at=position(), files=kept)
        action._execute("bangongshi", today(), None)
        found = Report.objects.get()
    return found.pk
