"""CSV tables: rows with their lines, and every fault of form."""

import hashlib

import pytest

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.table import read_csv

COLUMNS = ("变量", "区", "值")


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "a.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def faults_of(written):
    def read(text, columns=COLUMNS, optional=()):
        with pytest.raises(Refused) as refused:
            read_csv(written(text), "inputs/a.csv", columns, optional)
        assert all(f.file == "inputs/a.csv" for f in refused.value.faults)
        return refused.value.faults

    return read


def test_a_table_is_read_with_its_record(written):
    text = "区,变量,值\n 和平 ,人口, 72.3\n沈河,人口,\n"
    path = written(text, "gb18030")
    table = read_csv(path, "inputs/a.csv", COLUMNS)
    assert table.header == ("区", "变量", "值")
    assert table.rows == [["和平", "人口", "72.3"], ["沈河", "人口", ""]]
    assert table.lines == [2, 3]
    assert table.column("变量") == ["人口", "人口"]
    assert table.column("值") == ["72.3", ""]
    record = table.record
    assert (record.file, record.rows, record.encoding) == ("inputs/a.csv", 2, "GB18030")
    assert record.sha256 == hashlib.sha256(text.encode("gb18030")).hexdigest()


def test_optional_columns_may_stand_anywhere_and_are_kept(written):
    table = read_csv(written("备注,变量,区,值\nx,a,b,1\n"), "a", COLUMNS, ["备注"])
    assert table.column("备注") == ["x"]
    assert table.rows == [["x", "a", "b", "1"]]


def test_a_header_alone_is_an_empty_table(written):
    table = read_csv(written("变量,区,值\n"), "a", COLUMNS)
    assert (table.rows, table.lines, table.record.rows) == ([], [], 0)


def test_a_missing_file_is_named_with_the_columns_it_should_have(tmp_path):
    with pytest.raises(Refused) as refused:
        read_csv(tmp_path / "a.csv", "inputs/a.csv", COLUMNS)
    (fault,) = refused.value.faults
    assert (fault.code, fault.file) == ("file.missing", "inputs/a.csv")
    assert "变量,区,值" in fault.hint


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_blank_lines_are_skipped_and_the_lines_stay_right(written, ending):
    rows = ["变量,区,值", "", "a,b,1", "  ,\t, ", ",,", "c,d,2", "", ""]
    table = read_csv(written(ending.join(rows)), "a", COLUMNS)
    assert table.rows == [["a", "b", "1"], ["c", "d", "2"]]
    assert table.lines == [3, 6]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_cell_over_several_lines_keeps_the_lines_right(written, ending):
    rows = ["变量,区,值", '"一', "二", '三",b,1', "c,d,2", 'e,"f', '",3', "g,h,4"]
    table = read_csv(written(ending.join(rows)), "a", COLUMNS)
    assert table.lines == [2, 5, 6, 8]
    assert table.rows[0][0] == ending.join(["一", "二", "三"])
    assert table.rows[2] == ["e", "f", "3"]


def test_quotes_commas_and_doubled_quotes(written):
    table = read_csv(written('变量,区,值\n"a,b","说""好""",1\n'), "a", COLUMNS)
    assert table.rows == [["a,b", '说"好"', "1"]]


def test_a_header_that_fits_nowhere_names_every_column(faults_of):
    faults = faults_of("变量,单位,值,变量,备注\n1,2\n")
    assert [(f.code, f.place, f.value) for f in faults] == [
        ("csv.column.missing", "表头", "变量,单位,值,变量,备注"),
        ("csv.column.unknown", "第 2 列", "单位"),
        ("csv.column.twice", "第 4 列", "变量"),
        ("csv.column.unknown", "第 5 列", "备注"),
    ]
    assert faults[0].expected == "有“区”一列"


def test_a_double_optional_column_is_a_fault(faults_of):
    faults = faults_of("变量,区,值,注,注\n", optional=["注"])
    assert [(f.code, f.place, f.value) for f in faults] == [("csv.column.twice", "第 5 列", "注")]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_misses_every_column(faults_of, text):
    faults = faults_of(text)
    assert [f.code for f in faults] == ["csv.column.missing"] * 3
    assert [f.expected for f in faults] == ["有“变量”一列", "有“区”一列", "有“值”一列"]


def test_ragged_rows_are_all_named(faults_of):
    faults = faults_of("变量,区,值\na,b\nc,d,1\n\ne,f,2,3\n,,,\ng\n")
    assert [(f.code, f.place, f.value, f.expected) for f in faults] == [
        ("csv.width", "第 2 行", "2 个格", "3 个格"),
        ("csv.width", "第 5 行", "4 个格", "3 个格"),
        ("csv.width", "第 7 行", "1 个格", "3 个格"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('变量,区,值\na,b,1\nc,"d,2\ne,f,3\n', 3),
        ('变量,区,值\na,"b"x,1\n', 2),
        ('"变量,区,值\n', 1),
        ('变量,区,值\na,b,1\n\n"x\ny" z,b,1\n', 4),
    ],
    ids=["never closed", "text behind a quote", "header", "after a cell of two lines"],
)
def test_broken_quotes_are_named_by_line(faults_of, text, line):
    broken = [f for f in faults_of(text) if f.code == "csv.broken"]
    assert [f.place for f in broken] == [f"第 {line} 行"]
    assert "引号" in broken[0].hint


def test_broken_quotes_and_a_wrong_header_are_told_together(faults_of):
    codes = {f.code for f in faults_of('变量,单位,值\na,"b,1\n')}
    assert codes == {"csv.broken", "csv.column.missing", "csv.column.unknown"}


def test_a_hundred_thousand_columns_are_one_fault(faults_of):
    (fault,) = faults_of(",".join(f"c{i}" for i in range(100_000)))
    assert (fault.code, fault.value, fault.expected) == ("csv.columns", "100000", "不超过 1000 列")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("变量,区,值\n".encode("gb18030") + b"a,\xff,1\n")
    with pytest.raises(Refused) as refused:
        read_csv(path, "inputs/a.csv", COLUMNS)
    assert [(f.code, f.file) for f in refused.value.faults] == [("text.damaged", "inputs/a.csv")]
