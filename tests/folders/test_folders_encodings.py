"""Whatever encoding Chinese offices save in: the same numbers, and the manifest says which it was."""

import json
import shutil

import pytest
from breakages import ADOPTED, AREAS, CRITERIA, RULES, VARIABLES

UTF8_BOM, UTF8, GB, UTF16 = "UTF-8（有 BOM）", "UTF-8", "GB18030", "UTF-16"


def rewrite(path, encoding):
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode(encoding))


def files(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def result(copy, tijian, tmp_path):
    """Change a copy, examine it, and give what was written."""

    def go(change):
        folder = copy()
        change(folder)
        out = tmp_path / "out"
        answer = tijian("exam", folder, "--period", 2024, "--out", out, "--no-reports")
        assert answer.code == 0, answer.err
        written = files(out)
        shutil.rmtree(folder)
        shutil.rmtree(out)
        return written

    return go


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gb18030", GB), ("utf-16", UTF16), ("utf-16-be-bom", UTF16), ("utf-8", UTF8), ("utf-8-sig", UTF8_BOM)],
)
def test_tables_in_every_encoding_give_the_same_bytes(result, encoding, name):
    def change(folder):
        for table in (VARIABLES, ADOPTED):
            if encoding == "utf-16-be-bom":
                text = (folder / table).read_bytes().decode("utf-8-sig")
                (folder / table).write_bytes(b"\xfe\xff" + text.encode("utf-16-be"))
            else:
                rewrite(folder / table, encoding)

    before, after = result(lambda _: None), result(change)
    manifests = [json.loads(x.pop("manifest.json")) for x in (before, after)]
    assert after == before
    tables = [m.pop("inputs") for m in manifests]
    assert manifests[0] == manifests[1]
    assert [x["encoding"] for x in tables[0]] == [UTF8_BOM, UTF8_BOM, "", "", ""]
    assert [x["encoding"] for x in tables[1]] == [name, name, "", "", ""]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_documents_in_every_encoding_give_the_same_bytes(result, encoding):
    def change(folder):
        for document in (AREAS, CRITERIA, RULES):
            rewrite(folder / document, encoding)

    assert result(change) == result(lambda _: None)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_lines_may_end_as_any_system_ends_them(result, ending):
    def change(folder):
        for name in (VARIABLES, AREAS):
            data = (folder / name).read_bytes()
            (folder / name).write_bytes(data.replace(b"\n", ending.encode()))

    before, after = result(lambda _: None), result(change)
    assert after["values.csv"] == before["values.csv"]


def test_a_number_is_read_as_exactly_as_it_was_written(result):
    def change(folder):
        text = (folder / VARIABLES).read_text(encoding="utf-8-sig")
        text = text.replace("residents,990101001,2024,2.4,万人", "residents,990101001,2024, +2.40e0 ,万人")
        text = text.replace("visits,990101002,2024,1000,人次", "visits,990101002,2024,0.1,万人次")
        text = text.replace("gdp,990101,2024,64.0,亿元", "gdp,990101,2024,640000,万元")
        (folder / VARIABLES).write_text(text, encoding="utf-8-sig")

    assert result(change)["values.csv"] == result(lambda _: None)["values.csv"]


def test_a_blank_cell_is_no_data_and_never_zero(result):
    def change(cell):
        def do(folder):
            text = (folder / VARIABLES).read_text(encoding="utf-8-sig")
            old = "bridges_ok,990101001,2024,3,处"
            assert old in text
            new = f"bridges_ok,990101001,2024,{cell},处"
            (folder / VARIABLES).write_text(text.replace(old, new), encoding="utf-8-sig")

        return do

    blank, word, zero = (result(change(x))["values.csv"] for x in ("", "无数据", "0"))
    assert blank == word
    row = next(line for line in blank.decode("utf-8-sig").splitlines() if ",SA02,990101001," in line)
    assert ",无数据," in row
    assert blank != zero
