"""Components as HTML: nothing that the policy refuses, words escaped, every one of them on the living page."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src/tijian/shells/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
INLINE = re.compile(
    r"\sstyle=|\son[a-z]+=|javascript:|data:[a-z]|<style|<script(?![^>]*\ssrc=)|hx-on|hx-vals=.js:"
)


@pytest.fixture(scope="module")
def made():
    script = Path(__file__).with_name("render_components.py")
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tijian.shells.settings.tools"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def all_components():
    base = import_module("tijian.shells.web.components.component").Component
    for file in (WEB / "components").glob("*.py"):
        if file.stem != "tags" and not file.stem.startswith(("living", "__")):
            import_module(f"tijian.shells.web.components.{file.stem}")
    return [c for c in base.__subclasses__() if c.__module__.startswith("tijian.shells.web.components.")]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda p: str(p.relative_to(WEB / "templates")))
def test_a_template_holds_nothing_that_the_policy_refuses(file):
    assert INLINE.findall(file.read_text(encoding="utf-8")) == []


def test_the_living_page_holds_nothing_that_the_policy_refuses(made):
    assert INLINE.findall(made["page"]) == []


def test_the_living_page_shows_every_component(made):
    components = all_components()
    assert len(components) > 35
    assert [c.__name__ for c in components if c.template not in made["templates"]] == []


def test_every_class_of_the_living_page_has_a_style(made):
    styles = "".join(file.read_text(encoding="utf-8") for file in (WEB / "static/web").glob("*.css"))
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styles))
    used = {name for names in re.findall(r'\sclass="([^"]*)"', made["page"]) for name in names.split()}
    bare = {
        "form",
        "evs",
        "wide",
        "later",
        "narrow",
        "mx",
        "in",
        "tx",
        "due",
    }  # names for what has no look of its own
    assert used - known - bare == set()


def test_ids_are_said_once_and_labels_lead_somewhere(made):
    ids = Counter(re.findall(r'\sid="([^"]*)"', made["page"]))
    assert {
        name for name, n in ids.items() if n > 1 and not re.fullmatch(r"h[0-9a-f]{10}-\w+", name)
    } == set()
    for kind in ("for", "aria-labelledby", "aria-describedby"):
        for names in re.findall(rf'\s{kind}="([^"]*)"', made["page"]):
            assert set(names.split()) <= set(ids), (kind, names)


def test_words_are_escaped(made):
    assert "<script" not in made["evil"]
    assert made["evil"].count("&lt;script&gt;") == 2


def test_the_tag_renders_one_several_or_none(made):
    assert made["nothing"] == ""
    assert made["several"] == "甲乙"


def test_the_tag_refuses_what_is_no_component(made):
    assert all("wants a component" in words for words in made["refusals"])


@pytest.mark.parametrize(("code", "words"), [("400", "读不懂"), ("403", "没有办这件事的权限"), ("404", "没有这一页"), ("500", "程序出了错"), ("csrf", "页面已过期")])  # fmt: skip
def test_error_pages_say_what_to_do_without_any_context(made, code, words):
    page = made["errors"][code]
    assert words in page
    assert "回首页" in page
    assert page.count("<h1>") == 1
    assert INLINE.findall(page) == []


def test_a_form_becomes_fields(made):
    assert made["kinds"] == ["number", "select", "textarea", "checkboxes", "checkbox", "password"]
    assert made["values"] == [
        "十",
        "a",
        "补录",
        ["y"],
        [],
        [],
    ]  # what was typed is kept, but for the password


def test_a_refused_form_sums_up_its_errors_and_marks_its_fields(made):
    form = made["form"]
    assert re.search(
        r'role="alert".*没有提交：\d 处要改.*长度与面积的范围对不上.*href="#f-length"', form, re.DOTALL
    )
    assert re.search(r'<input[^>]*id="f-length"[^>]*aria-invalid="true"', form)
    assert "s3cret" not in form
    assert 'class="u">km<' in form
