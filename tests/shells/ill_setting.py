"""What the tests of diagnosis and treatment share: the small ill city, its pages, days that pass, forms typed."""

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "office"))

import treated
from pages_setting import Pages, _with_slice, copied, server, template, text, values
from treated import DISTRICT, EXPERT, OFFICE, REVIEWER, WATER

__all__ = [
    "DISTRICT", "EXPERT", "OFFICE", "REVIEWER", "WATER", "_with_slice", "copied", "ill", "ill_template",
    "server", "template", "text", "treated", "values",
]  # fmt: skip

FINANCE, AUDITOR = "caizheng", "shenji"
LIST, CANDIDATE = "/r/1/diseases/", "/r/1/diseases/candidates/leaking_pipes/A1/"
MEASURES = "/r/1/measures/"
HERE = "B-2023-01"
CASE, NEW = f"{LIST}{HERE}/", f"{LIST}{HERE}/measure/"
OPINION = "漏损率 24%，主管龄期过半超限。"
MILESTONES = (
    ("立项", "2024-07-01", "批复"),
    ("更换主管 5 km", "2024-09-01", "验收单"),
    ("复测", "2024-12-01", "复测报告"),
)


@pytest.fixture(scope="session")
def ill_template(request, tmp_path_factory):
    return treated.ill_of(request, tmp_path_factory)


@pytest.fixture
def ill(ill_template, tmp_path, request):
    """Give the pages of the ill city, on a day after its round of 2023."""
    from tijian.shells.settings.use import release

    place, _ = copied(ill_template("sqlite"), tmp_path / "data", "sqlite", request)
    on(date(2024, 6, 1))
    yield Pages(place.folder)
    release()


def on(day):
    """Let the simulated day be another."""
    from tijian.office.ledger.actions import SetToday

    treated.act(SetToday(day), "系统管理员", today=day)


def confirming(**more):
    """What is typed to confirm the disease of A1."""
    return {
        "cause": "管网超龄",
        "opinion": OPINION,
        "severity": "中",
        "areas": ["A1"],
        "for": ["c0", boxed("WS1", "A1")],
        "rows": "2",
        "do": "confirm",
    } | more


def boxed(indicator, area, year=2023):
    """Value of the box of a result."""
    return f"r{treated.result(indicator, area, year).pk}"


def planning(*targets, milestones=MILESTONES, **more):
    """What is typed to make a measure on it."""
    rows = targets or (("WS1", "老城区", "15", "2024"),)
    typed = {
        "name": "更换超龄主管", "lead": "water", "supporting": ["finance"], "areas": ["A1"], "text": "换管 12 km。",
        "targets": str(max(len(rows), 2)), "milestones": str(max(len(milestones), 3)), "do": "save",
    }  # fmt: skip
    for n, row in enumerate(rows):
        typed |= {f"t{n}-{p}": v for p, v in zip(("indicator", "type", "value", "year"), row, strict=True)}
    for n, row in enumerate(milestones):
        typed |= {f"m{n}-{p}": v for p, v in zip(("name", "due", "done"), row, strict=True)}
    return typed | more


def make(ill, address=NEW, **more):
    """Make a measure as a person does: the targets looked at, then saved."""
    typed = planning(**more)
    seen = ill.post(address, typed | {"do": "look"})
    assert seen.status_code == 200, text(seen)
    return ill.post(address, typed | {"looked": values(seen, "looked")[0]})


def step(measure, rank, round_id=1):
    return f"/r/{round_id}/measures/{measure}/milestones/{rank}/"
