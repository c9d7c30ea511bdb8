"""The office by command alone: publish, open, import, adopt, judge otherwise, export, explain, doctor."""

import json
import shutil

import pytest
from filling import ROUND
from place import TOY, tijian_here


@pytest.fixture
def stage():
    return "demo"


def command(place, *arguments, code=0):
    done = tijian_here(*arguments, "--data", place.folder)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def table(tmp_path, *lines):
    file = tmp_path / "更正.csv"
    file.write_text(
        "\n".join(["variable,area,period,value,unit,strand,mark", *lines, ""]), encoding="utf-8-sig"
    )
    return file


def test_from_an_empty_installation_to_the_same_bytes(office, tmp_path):
    command(office, "catalogue", "publish", "--as", "tixi")
    assert "还没有轮次" in command(office, "round", "list")
    command(office, "round", "open", "2024", "--period", "2024", "--as", "bangongshi")
    files = [TOY / "inputs/variables.csv", TOY / "inputs/layers/roads-2024.geojson"]
    said = command(
        office, "values", "import", *files, "--round", "2024", "--as", "bangongshi", "--provider", "测绘队"
    )
    assert "variables.csv：写入" in said
    assert "roads-2024.geojson：已登记" in said
    assert "短板线索" in command(office, "round", "scan", "--round", "2024", "--as", "bangongshi")
    command(office, "round", "results", "--round", "2024", "--out", tmp_path / "stored")
    command(office, "city", "export", tmp_path / "export", "--round", "2024")
    exam = tijian_here(
        "exam", tmp_path / "export", "--period", "2024", "--out", tmp_path / "exam", "--no-reports"
    )
    assert exam.returncode == 0, exam.stderr
    for name in ("values.csv", "dimensions.csv", "findings.csv"):
        assert (tmp_path / "stored" / name).read_bytes() == (tmp_path / "exam" / name).read_bytes()
    assert "差异 0" in command(office, "doctor", "--recompute")
    assert "条记录完整" in command(office, "audit", "verify")


def test_a_doubtful_cell_stops_the_import_unless_only_sound_ones_are_wanted(filled, tmp_path):
    from tijian.office.ledger.queries import position

    before = position()
    file = table(
        tmp_path, "residents,990103001,2024,1.1,万人,自体检,", "residents,990103002,2024,很多,万人,自体检,"
    )
    said = command(filled, "values", "import", file, "--round", ROUND, "--as", "bangongshi", code=1)
    assert "更正.csv" in said
    assert "很多" in said
    assert position() == before
    dry = json.loads(
        command(filled, "values", "import", file, "--round", ROUND, "--dry-run", "--json", code=1)
    )
    assert [c["verdict"] for c in dry["cells"]] == ["taken", "refused"]
    assert position() == before
    said = command(filled, "values", "import", file, "--round", ROUND, "--as", "bangongshi", "--sound-only")
    assert "写入 1 个数" in said
    assert position() == before + 1


def test_a_jump_is_written_with_its_reason(filled, tmp_path):
    from tijian.office.values.models import Value

    file = table(tmp_path, "residents,990103001,2024,9.9,万人,自体检,")
    assert "超过 30%" in command(
        filled, "values", "import", file, "--round", ROUND, "--as", "bangongshi", code=1
    )
    command(filled, "values", "import", file, "--round", ROUND, "--as", "bangongshi", "--explain", "区划并入")
    stored = Value.objects.order_by("-id").first()
    assert stored.value in {99000.0, 9.9}
    assert "说明：区划并入" in stored.note


def test_a_dry_run_makes_do_with_a_year(filled, tmp_path):
    file = table(tmp_path, "residents,990103001,2023,9.9,万人,自体检,")
    told = json.loads(command(filled, "values", "import", file, "--round", "2023", "--dry-run", "--json"))
    assert "没有轮次 2023" in told["round"]
    said = command(filled, "values", "import", file, "--round", "2023", "--as", "bangongshi", code=1)
    assert "轮次" in said


def test_a_clerk_brings_only_what_its_body_reports(filled, tmp_path):
    file = table(tmp_path, "residents,990103001,2024,1.1,万人,自体检,")
    said = command(filled, "values", "import", file, "--round", ROUND, "--as", "huanbao", code=1)
    assert "本单位主报的变量" in said


def test_criteria_are_tried_then_adopted_and_rebased(filled, tmp_path):
    changed = tmp_path / "all.yaml"
    text = (TOY / "criteria/all.yaml").read_text(encoding="utf-8")
    changed.write_text(text.replace("cuts: [90, 80, 70]", "cuts: [99, 98, 97]", 1), encoding="utf-8")
    asked = (
        "criteria",
        "adopt",
        changed,
        "--round",
        ROUND,
        "--as",
        "bangongshi",
        "--note",
        "专家会",
        "--json",
    )
    tried = json.loads(command(filled, *asked, "--dry-run"))
    done = json.loads(command(filled, *asked))
    assert tried["moves"] == done["moves"] != []
    assert (tried["revision"], done["revision"]) == (None, 2)
    assert "完全相同" in command(filled, *asked, code=1)
    areas = filled.folder / "city/areas.yaml"
    areas.write_text(areas.read_text(encoding="utf-8").replace("新港区", "新港新区"), encoding="utf-8")
    command(filled, "catalogue", "publish", "--kinds", "city", "--as", "系统管理员")
    said = command(filled, "round", "rebase", "--round", ROUND, "--note", "更名", "--as", "bangongshi")
    assert "因标准" in said or "因边界" in said
    assert "差异 0" in command(filled, "doctor", "--recompute")


def test_the_past_is_explained_with_what_changed_since(filled, tmp_path):
    from tijian.office.ledger.queries import position

    asked, at = ("explain", "LV01", "990103001", "2024"), position()
    before = command(filled, *asked)
    file = table(tmp_path, "residents,990103001,2024,1.1,万人,自体检,")
    command(filled, "values", "import", file, "--round", ROUND, "--as", "bangongshi")
    then = command(filled, *asked, "--as-of", at)
    assert then.split("此后的变动")[0].rstrip() == before.split("变动")[0].rstrip()
    assert "因数据" in then.split("此后的变动")[1]
    assert "1.1 万人" in command(filled, *asked)
    assert "开启之后的位置" in command(filled, *asked, "--as-of", "1", code=1)
    assert "已开启轮次的年度" in command(filled, "explain", "LV01", "990103001", "1999", code=1)


def test_an_export_needs_a_free_place_and_a_known_round(filled, tmp_path):
    (tmp_path / "there").mkdir()
    assert "还不存在的文件夹" in command(
        filled, "city", "export", tmp_path / "there", "--round", ROUND, code=1
    )
    assert ROUND in command(filled, "city", "export", tmp_path / "new", "--round", "没有", code=1)
    assert not (tmp_path / "new").exists()


def test_an_adopted_strand_by_command(filled):
    asked = ("values", "adopt", "MO01", "990101", "2024", "--as", "bangongshi")
    command(filled, *asked, "--strand", "自体检", "--reason", "图层旧了")
    assert "现在已是如此" in command(filled, *asked, "--strand", "自体检", "--reason", "再来", code=1)
    assert "已撤销选定" in command(filled, *asked, "--reason", "选错了")


def test_a_round_ended_takes_no_new_criteria(filled):
    command(filled, "round", "close", "--round", ROUND, "--lesson", "小结", "--as", "bangongshi")
    assert "已结束" in command(filled, "round", "list")
    said = command(filled, "round", "rebase", "--round", ROUND, "--note", "试", "--as", "bangongshi", code=1)
    assert "还没有结束的轮次" in said


def test_a_folder_without_changes_is_not_published_again(filled, tmp_path):
    assert "冻结" in command(filled, "catalogue", "publish", "--as", "tixi", code=1)
    assert "改为其中之一" in command(
        filled, "catalogue", "publish", "--kinds", "别的", "--as", "tixi", code=1
    )
    lacking = tmp_path / "city"
    shutil.copytree(TOY, lacking)
    (lacking / "catalogues/toy-2024/indicators/WA01.cases.yaml").unlink()
    assert "WA01" in command(filled, "catalogue", "publish", lacking, "--as", "tixi", code=1)
    said = command(filled, "catalogue", "publish", lacking, "--unproven", "--as", "tixi")
    assert "修订 2" in said
