"""The real daily table through the page, by the clerk whose body reports it; nothing of it is copied here."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pages_setting import Pages, _with_slice, text

__all__ = ["_with_slice"]

ROOT = Path(__file__).parents[2]
TABLE = ROOT / ".." / "shared" / "data" / "shenyang" / "shenyang_aqi_daily_2013_2017.csv"
pytestmark = pytest.mark.skipif(not TABLE.is_file(), reason="../shared/data is not here")
CLERK = "shengtai"


@pytest.fixture
def shenyang(tmp_path):
    """An installation of the shipped city with a round and nothing in it."""
    from datetime import date
    from functools import partial

    from place import WITH_SLICE

    from tijian.shells.settings.create import begin, create
    from tijian.shells.settings.use import release, use

    folder = tmp_path / "data"
    create(folder, str(ROOT / "cities" / "shenyang"), "sqlite", "系统管理员", partial(begin, demo=True))
    use(folder, WITH_SLICE)
    from tijian.office.register.actions import PublishDocuments
    from tijian.office.values.rounds import OpenRound

    day = date(2019, 6, 1)
    PublishDocuments(folder / "city", ("system",)).execute("ziranziyuan", today=day)
    OpenRound("2019", 2019, ()).execute("bangongshi", today=day)
    yield Pages(folder)
    release()


def test_the_daily_table_of_2015_in_gb18030(shenyang):
    lines = TABLE.read_text("utf-8").splitlines()
    data = "\n".join([lines[0], *(x for x in lines if ",2015-" in x)]).encode("gb18030")
    sent = shenyang.post(
        "/r/1/import/", {"files": SimpleUploadedFile("空气质量2015.csv", data), "note": "补录"}, CLERK
    )
    address = sent.headers["Location"]
    page = text(shenyang.get(address, CLERK))
    for words in (
        "AQI≤100 的 219 天", "359/365 天有数", "6 处等级标签与数矛盾，其中 2 处会改变天数", "6 个格子要说明",
        "编码 GB18030", "写入数得的 2 个数",
    ):  # fmt: skip
        assert words in page, words
    assert shenyang.post(address, {"step": "write"}, CLERK).status_code == 302
    from tijian.office.values.models import Value

    written = {(v.variable, v.value, v.period, v.source.note) for v in Value.objects.all()}
    assert written == {("good_days", 219.0, "2015", "补录"), ("valid_days", 359.0, "2015", "补录")}
