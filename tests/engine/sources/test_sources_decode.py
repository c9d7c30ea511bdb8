"""Bytes to text in the encodings Chinese offices use; never a silent misreading."""

import codecs
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tijian.engine.kernel.faults import Refused
from tijian.engine.sources.decode import decode

TEXT = "variable,area,value,unit,strand\n道路中心线长度,沈阳市铁西区,612.4,km,自体检\n镕喆珺,浑南，“新区”,－1,万人/km2\n"
ENCODED = {
    "utf-8": (TEXT.encode(), "UTF-8"),
    "utf-8 with mark": (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8（有 BOM）"),
    "gbk": (TEXT.encode("gbk"), "GB18030"),
    "gb18030": (TEXT.encode("gb18030"), "GB18030"),
    "utf-16 little": (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
    "utf-16 big": (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
}


def fault_of(data):
    with pytest.raises(Refused) as refused:
        decode(data, "a.csv")
    assert len(refused.value.faults) == 1
    return refused.value.faults[0]


@pytest.mark.parametrize("name", list(ENCODED))
def test_every_encoding_in_use_is_read(name):
    data, shown = ENCODED[name]
    assert decode(data, "a.csv") == (TEXT, shown)


@pytest.mark.parametrize("rare", ["𠀀", "㐂", "€", "ḿ", "𬭩", "\ue000"])
def test_characters_of_four_bytes_in_gb18030_are_read(rare):
    text = f"区名,{rare}区\n"
    data = text.encode("gb18030")
    assert len(data) - len("区名,区\n".encode("gb18030")) in {2, 4}
    assert decode(data, "a.csv") == (text, "GB18030")


def test_four_bytes_are_really_four():
    assert len("𠀀".encode("gb18030")) == 4


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", "", "UTF-8"),
        (codecs.BOM_UTF8, "", "UTF-8（有 BOM）"),
        (codecs.BOM_UTF16_LE, "", "UTF-16"),
        (b"a,b\r\n1,2\r\n", "a,b\r\n1,2\r\n", "UTF-8"),
    ],
)
def test_files_without_text(data, text, encoding):
    assert decode(data, "a.csv") == (text, encoding)


@pytest.mark.parametrize("line", [1, 2, 3, 7])
def test_a_damaged_byte_in_a_gb18030_file_is_named_by_line_and_byte(line):
    lines = [f"第{i}行,沈河区,建成区面积\n".encode("gb18030") for i in range(1, 9)]
    before = b"".join(lines[: line - 1]) + lines[line - 1][:5]
    data = before + b"\xff" + lines[line - 1][5:] + b"".join(lines[line:])
    fault = fault_of(data)
    assert (fault.code, fault.file) == ("text.damaged", "a.csv")
    assert fault.place == f"第 {line} 行，第 {len(before) + 1} 个字节"
    assert fault.value == "0xFF"
    assert fault.expected == "GB18030 编码的文字"
    assert "请重新导出" in fault.hint


def test_a_damaged_byte_in_an_ascii_file_is_named():
    fault = fault_of(b"a,b\n1,2\n3,\xff\n")
    assert (fault.place, fault.value) == ("第 3 行，第 11 个字节", "0xFF")


def test_a_gb18030_file_cut_in_the_middle_of_a_character_is_refused():
    data = "甲,乙\n沈河区,大东区".encode("gb18030")
    fault = fault_of(data[:-1])
    assert fault.place == f"第 2 行，第 {len(data) - 1} 个字节"


def test_a_utf8_file_cut_in_the_middle_of_a_character_is_refused():
    # An odd number of bytes stands before the cut, so that GB18030 cannot read it either.
    data = "甲,乙\n沈河区,".encode() + "东".encode()[:2]
    fault = fault_of(data)
    assert fault.expected == "UTF-8 编码的文字"
    assert fault.place == f"第 2 行，第 {len(data) - 1} 个字节"


def test_a_utf16_file_of_an_odd_number_of_bytes_is_refused():
    fault = fault_of(codecs.BOM_UTF16_LE + "ab\ncd".encode("utf-16-le") + b"\x41")
    assert (fault.expected, fault.place) == ("UTF-16 编码的文字", "第 2 行，第 13 个字节")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"\0", 1),
        (b"a,b\n1,\0\n", 2),
        ("甲,乙\n\n丙,\0丁\n".encode("gb18030"), 3),
        ("variable,值\n".encode("utf-16-le"), 1),
        ("variable,值\n".encode("utf-16-be"), 1),
        (codecs.BOM_UTF32_LE + "a,b\n".encode("utf-32-le"), 1),
        (b"PK\x03\x04\x14\x00\x06\x00", 1),
    ],
    ids=["alone", "utf-8", "gb18030", "utf-16 without mark", "utf-16 big without mark", "utf-32", "xlsx"],
)
def test_a_nul_is_no_text(data, line):
    fault = fault_of(data)
    assert (fault.code, fault.place) == ("text.nul", f"第 {line} 行")
    assert "空字符" in fault.hint


CHINESE = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), st.sampled_from("，。0123456789,abc\n%‰")
    ),
    min_size=1,
    max_size=40,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(CHINESE)
def test_chinese_text_comes_back_from_utf8_and_marked_encodings(text):
    assert decode(text.encode(), "a")[0] == text
    assert decode(codecs.BOM_UTF8 + text.encode(), "a")[0] == text
    assert decode(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "a")[0] == text
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be"), "a")[0] == text


@settings(derandomize=True, deadline=None, max_examples=600)
@given(CHINESE)
def test_gb18030_text_comes_back_unless_its_bytes_are_good_utf8_as_well(text):
    data = text.encode("gb18030")
    read, encoding = decode(data, "a")
    try:
        by_accident = data.decode("utf-8")
    except UnicodeDecodeError:
        assert (read, encoding) == (text, "GB18030")
    else:
        assert (read, encoding) == (by_accident, "UTF-8")


@pytest.mark.parametrize(
    "word", ["自体检", "第三方", "调查", "监测", "合成", "示例/待核", "无数据", "不适用"]
)
def test_no_word_of_the_exchange_files_is_good_utf8_by_accident(word):
    # Every variables.csv carries one of these, so that its GB18030 bytes cannot pass as UTF-8.
    assert decode(f"a,{word}\n".encode("gb18030"), "a") == (f"a,{word}\n", "GB18030")


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_no_file_of_two_hundred_is_misread(encoding):
    draw = random.Random(24)  # noqa: S311 — examples, not secrets
    names = [
        "建成区面积",
        "常住人口",
        "供水管网",
        "浑南区",
        "沈北新区",
        "铁西",
        "处",
        "栋",
        "万人/km2",
        "通",
        "联通",
        "汉",
    ]
    for _ in range(200):
        rows = [
            f"{draw.choice(names)},{draw.choice(names)},{draw.uniform(-1e4, 1e4):.3f},"
            f"{draw.choice(['自体检', '第三方', '调查', '监测'])}"
            for _ in range(draw.randrange(1, 20))
        ]
        text = "\r\n".join(["variable,area,value,strand", *rows])
        assert decode(text.encode(encoding), "a")[0] == text
