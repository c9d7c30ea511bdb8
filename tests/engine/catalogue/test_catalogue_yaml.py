"""Lines of key paths, and what the strict loader makes of plain YAML."""

import pytest

from tijian.engine.catalogue.yaml_file import line_of, read_yaml
from tijian.engine.kernel.faults import Refused

TEXT = """\
# 注
city: {code: "210100", zh: 沈阳市}
areas:
  - {code: a, types: {城区类型: {老区: 1}}}
  - code: b
    types:
      城区类型:
        老区: 0.7
        新区: 0.3
dates:
  2019: {closed: x}
  2020:
    closed: y
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ((), None),
        (("city",), 2),
        (("city", "zh"), 2),
        (("areas",), 4),
        (("areas", 0), 4),
        (("areas", 1), 5),
        (("areas", 1, "code"), 5),
        (("areas", 1, "types"), 7),
        (("areas", 1, "types", "城区类型", "新区"), 9),
        (("dates", 2019), 11),
        (("dates", "2020", "closed"), 13),
        (("city", "en"), 2),
        (("areas", 7, "code"), 4),
        (("areas", 1, "types", "新老城区"), 7),
        (("nothing",), None),
        (("city", "code", "deeper"), 2),
    ],
)
def test_the_line_of_a_key_path(tmp_path, keys, line):
    path = tmp_path / "a.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert line_of(path, keys) == line


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_the_line_is_the_same_in_every_encoding(tmp_path, encoding):
    path = tmp_path / "a.yaml"
    path.write_bytes(TEXT.encode(encoding))
    assert line_of(path, ("areas", 1, "types", "城区类型", "新区")) == 9


def test_plain_yaml_is_read_as_it_stands(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(TEXT, encoding="utf-8")
    data = read_yaml(path, "a.yaml")
    assert data["city"] == {"code": "210100", "zh": "沈阳市"}
    assert data["areas"][1]["types"] == {"城区类型": {"老区": 0.7, "新区": 0.3}}
    assert list(data["dates"]) == [2019, 2020]


def test_an_alias_is_refused_with_its_place(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: &x {u: km, v: 1}\nb: *x\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_yaml(path, "a.yaml")
    (fault,) = refused.value.faults
    assert (fault.code, fault.place, fault.value) == ("yaml.alias", "第 2 行，第 4 列", "*x")


def test_an_ampersand_and_an_asterisk_in_texts_are_no_alias(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: R&D\nb: 2 * 3\n", encoding="utf-8")
    assert read_yaml(path, "a.yaml") == {"a": "R&D", "b": "2 * 3"}
