"""What changed between two states of a system: by field, in Chinese, and nothing that stayed."""

import shutil
from pathlib import Path

import pytest

from tijian.engine.catalogue.diff import diff
from tijian.engine.catalogue.systems import load_catalogue

SYSTEM = Path(__file__).resolve().parents[2] / "toy" / "city" / "catalogues" / "toy-2024"


@pytest.fixture
def changed(tmp_path):
    """Give a way to compare the toy system with a copy of it that was edited."""
    copied = Path(shutil.copytree(SYSTEM, tmp_path / "toy-2024"))

    def compare(file, before, after):
        path = copied / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        return diff(load_catalogue([SYSTEM]), load_catalogue([copied]))

    compare.folder = copied
    return compare


def test_equal_states_have_no_difference():
    assert diff(load_catalogue([SYSTEM]), load_catalogue([SYSTEM])) == ()


def test_a_field_of_an_indicator(changed):
    (found,) = changed("indicators/MO01.yaml", "decimals: 2", "decimals: 1")
    assert (found.part, found.item, found.kind, found.field) == ("指标", "MO01", "修改", "小数位")
    assert (found.before, found.after) == ("2", "1")


def test_a_field_of_the_system_and_of_a_variable(changed):
    (found,) = changed("system.yaml", "issuer: 澄湖市", "issuer: 澄湖市人民政府")
    assert (found.part, found.field, found.after) == ("体系", "发布单位", "澄湖市人民政府")


def test_an_indicator_taken_away_and_one_that_came(changed):
    for name in ("MO02.yaml", "MO02.cases.yaml"):
        (changed.folder / "indicators" / name).unlink()
    (gone,) = diff(load_catalogue([SYSTEM]), load_catalogue([changed.folder]))
    assert (gone.item, gone.kind, gone.field) == ("MO02", "删去", "")
    (came,) = diff(load_catalogue([changed.folder]), load_catalogue([SYSTEM]))
    assert (came.item, came.kind) == ("MO02", "新增")


def test_comments_and_layout_are_no_difference(changed):
    assert changed("system.yaml", "year: 2024", "year:   2024   # 编造") == ()
