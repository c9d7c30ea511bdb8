"""Turns a Django form into the fields of a page."""

from __future__ import annotations

from django import forms
from django.forms.boundfield import BoundField

from tijian.shells.web.components.forms import Field, Kind, Option

# the first that fits; a subclass stands before its class
KINDS: tuple[tuple[type[forms.Widget], Kind], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (forms.NumberInput, "number"),
    (forms.DateInput, "date"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radio"),
    (forms.SelectMultiple, "checkboxes"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
)


def fields_of(form: forms.BaseForm) -> tuple[Field, ...]:
    """Give the fields of a form with what was typed and what is wrong.

    A unit stands in the attribute ``unit`` of a widget, a warning in ``warning``.
    """
    return tuple(_field(bound) for bound in form)


def others_of(form: forms.BaseForm) -> tuple[str, ...]:
    """Give the errors of a form that belong to no field."""
    return tuple(str(error) for error in form.non_field_errors())


def _field(bound: BoundField) -> Field:
    widget = bound.field.widget
    kind: Kind = next((kind for one, kind in KINDS if isinstance(widget, one)), "text")
    value = bound.value()
    several = tuple(str(v) for v in value) if isinstance(value, list | tuple) else ()
    typed = kind not in {"password", "file"} and value is not None and value is not False and not several
    return Field(
        bound.html_name,
        str(bound.label),
        str(value) if typed else "",
        kind,
        str(widget.attrs.get("unit", "")),
        str(bound.help_text),
        tuple(str(error) for error in bound.errors),
        str(widget.attrs.get("warning", "")),
        bound.field.required,
        _options(bound),
        several,
        str(widget.attrs.get("autocomplete", "")),
        str(widget.attrs.get("accept", "")),
        locked=bound.field.disabled,
    )


def _options(bound: BoundField) -> tuple[Option, ...]:
    choices = getattr(bound.field, "choices", ())
    return tuple(Option("" if value is None else str(value), str(text)) for value, text in choices)
