"""Renders what the tests of components look at, in a process of its own with the settings of tools; writes JSON."""

import json
import sys

import django
from django import forms
from django.template import Context, Engine, Template, engines
from django.template.loader import render_to_string

from tijian.shells.web.components import living
from tijian.shells.web.components.component import Text
from tijian.shells.web.components.django_forms import fields_of, others_of
from tijian.shells.web.components.forms import Form

EVIL = '<script>alert("x")</script>'


class Filling(forms.Form):
    """Every kind of field, one of them wrong."""

    length = forms.DecimalField(
        label="道路长度", widget=forms.NumberInput(attrs={"unit": "km"}), help_text="双幅路计一次"
    )
    kind = forms.ChoiceField(label="来源种类", choices=[("a", "台账"), ("b", "文件")])
    why = forms.CharField(label="原因", widget=forms.Textarea, required=False)
    parts = forms.MultipleChoiceField(
        label="附上", choices=[("x", "验收单"), ("y", "照片")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="已核对")
    secret = forms.CharField(label="密码", widget=forms.PasswordInput)

    def clean(self):
        raise forms.ValidationError("长度与面积的范围对不上")


def rendered_templates():
    """Name the templates used for the living page."""
    found = set()
    whole = Template._render

    def watched(self, context):
        found.add(self.name)
        return whole(self, context)

    Template._render = watched
    page = render_to_string("components/living.html", {**living.FRAME, "f": living.figures, "w": living.work})
    Template._render = whole
    return page, sorted(found)


def part(shown):
    engine: Engine = engines["django"].engine
    return engine.from_string("{% component shown %}").render(Context({"shown": shown}))


def refusal(shown):
    try:
        part(shown)
    except TypeError as error:
        return str(error)
    return ""


django.setup()
page, templates = rendered_templates()
typed = Filling({"length": "十", "kind": "a", "why": "补录", "parts": ["y"], "secret": "s3cret"})
fields = fields_of(typed)
sys.stdout.write(
    json.dumps(
        {
            "page": page,
            "templates": templates,
            "errors": {
                code: render_to_string(f"errors/{code}.html") for code in ("400", "403", "404", "500", "csrf")
            },
            "evil": part(Text(EVIL, EVIL)),
            "nothing": part(None),
            "several": part([Text("甲"), Text("乙")]),
            "refusals": [refusal(""), refusal("词"), refusal([Text("甲"), 3])],
            "form": part(Form("/x", fields, "提交", others=others_of(typed))),
            "kinds": [f.kind for f in fields],
            "values": [f.value or list(f.chosen) for f in fields],
        }
    )
)
