"""``tijian city generate``: seeded, never over something that is there."""

import json
import re
import shutil

import pytest

from tijian.engine.exam import generate as generating


@pytest.fixture(scope="module")
def without_layers(template, tmp_path_factory):
    """The template with neither layers nor boundary, which generates in a moment."""
    folder = tmp_path_factory.mktemp("template") / "shenyang"
    shutil.copytree(template, folder)
    for name, key in (("city.yaml", "layers"), ("city.yaml", "boundary"), ("generator.yaml", "layers")):
        text = (folder / name).read_text(encoding="utf-8")
        cut = re.sub(rf"^{key}:.*\n(?:[ #].*\n)*", "", text, flags=re.MULTILINE)
        assert cut != text
        (folder / name).write_text(cut, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def generate(tijian, without_layers, tmp_path_factory, tree):
    def go(seed, *more):
        out = tmp_path_factory.mktemp("out") / "city"
        answer = tijian("city", "generate", out, "--template", without_layers, "--seed", seed, *more)
        assert answer.code == 0, answer.err
        return tree(out)

    return go


def test_equal_seeds_give_equal_bytes_with_layers(tijian, shenyang, template, tmp_path, tree):
    out = tmp_path / "again"
    assert tijian("city", "generate", out, "--template", template, "--seed", 11).code == 0
    assert tree(out) == tree(shenyang)
    assert any(name.endswith(".parquet") for name in tree(out))


def test_another_seed_gives_another_city(generate):
    one, same, other = generate(1), generate(1), generate(2)
    assert one == same
    assert one["inputs/variables.csv"] != other["inputs/variables.csv"]
    assert one["areas.yaml"] == other["areas.yaml"]


def test_a_story_changes_inputs_and_leaves_no_trace(generate, template):
    plain, sick = generate(1), generate(1, "--story", template / "story.yaml")
    assert plain["inputs/variables.csv"] != sick["inputs/variables.csv"]
    assert "story.yaml" not in sick


def test_every_generated_row_is_marked(shenyang, table):
    assert {r["mark"] for r in table(shenyang / "inputs" / "variables.csv")} == {"合成"}
    assert {r["mark"] for r in table(shenyang / "inputs" / "survey.csv")} == {"合成"}


@pytest.mark.parametrize("taken", ["folder", "file"])
def test_what_exists_is_never_written_over(tijian, without_layers, tmp_path, tree, taken):
    out = tmp_path / "out"
    if taken == "folder":
        out.mkdir()
        (out / "mine.txt").write_text("我的", encoding="utf-8")
    else:
        out.write_text("我的", encoding="utf-8")
    before = tree(tmp_path)
    answer = tijian("city", "generate", out, "--template", without_layers, "--seed", 1, "--json")
    assert answer.code == 1
    (fault,) = json.loads(answer.err)["refused"]
    assert (fault["code"], fault["expected"]) == ("out.exists", "还不存在的文件夹")
    assert fault["hint"] == "请换一个名字，或先移走它。"
    assert tree(tmp_path) == before


def test_a_template_without_generator_is_refused(tijian, toy, tmp_path):
    answer = tijian("city", "generate", tmp_path / "out", "--template", toy, "--seed", 1)
    assert answer.code == 1
    assert "generator.yaml：应为合成数据的设置。" in answer.err
    assert not (tmp_path / "out").exists()


def test_a_story_that_is_not_there_is_refused(tijian, without_layers, tmp_path):
    arguments = ("--template", without_layers, "--seed", 1, "--story", tmp_path / "none.yaml")
    answer = tijian("city", "generate", tmp_path / "out", *arguments)
    assert answer.code == 1
    assert "none.yaml：应为一个 YAML 文件。" in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, OSError])
def test_what_is_stopped_half_way_leaves_nothing(tijian, without_layers, tmp_path, monkeypatch, stopped_by):
    def stopped(_city, _seed, out, *_):
        (out / "inputs").mkdir(parents=True)
        (out / "inputs" / "variables.csv").write_text("half", encoding="utf-8")
        raise stopped_by

    monkeypatch.setattr(generating, "generate", stopped)
    answer = tijian("city", "generate", tmp_path / "out", "--template", without_layers, "--seed", 1)
    assert answer.code != 0
    assert not (tmp_path / "out").exists()
