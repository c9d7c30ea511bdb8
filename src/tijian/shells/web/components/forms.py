"""Forms: fields with their errors in place, a summary of errors on top, filters, confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tijian.shells.web.components.component import Component, Link

Kind = Literal[
    "text",
    "number",
    "date",
    "select",
    "textarea",
    "checkbox",
    "radio",
    "checkboxes",
    "file",
    "password",
    "search",
    "hidden",
]


@dataclass(frozen=True)
class Option:
    """One of the things that can be chosen.

    Attributes:
        value: What is sent.
        text: What is read.
    """

    value: str
    text: str


@dataclass(frozen=True)
class Field(Component):
    """One thing to fill in, with its label, unit, hint and errors.

    Attributes:
        name: What is sent.
        label: Above it.
        value: As typed; after a refusal it is what the person typed, never emptied.
        kind: Number is a text field that brings up figures: 万 and commas may be typed.
        unit: Behind it.
        hint: Below it.
        errors: Place, what is there, what is expected, remedy.
        warning: What is unusual but allowed.
        required: Whether it must be filled.
        options: For select, radio and checkboxes.
        chosen: Values chosen, for checkboxes; a checkbox is chosen by a value that is not empty.
        autocomplete: For browsers, such as ``current-password``.
        accept: Endings of files.
        wide: Whether it takes more room among filters.
        locked: Whether it can only be read.
        pattern: What a browser lets pass, such as the sentence to be typed.
    """

    template: ClassVar[str] = "components/field.html"
    name: str
    label: str
    value: str = ""
    kind: Kind = "text"
    unit: str = ""
    hint: str = ""
    errors: tuple[str, ...] = ()
    warning: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    chosen: tuple[str, ...] = ()
    autocomplete: str = ""
    accept: str = ""
    wide: bool = False
    locked: bool = False
    pattern: str = ""

    @property
    def key(self) -> str:
        """Id of the control."""
        return f"f-{self.name}"

    @property
    def described(self) -> str:
        """Ids of the words about it, nearest first."""
        parts = (("e", self.errors), ("w", self.warning), ("h", self.hint))
        return " ".join(f"{letter}-{self.name}" for letter, words in parts if words)

    @property
    def grouped(self) -> bool:
        """Whether it is several controls under one legend."""
        return self.kind in {"radio", "checkboxes"}

    @property
    def marked(self) -> tuple[tuple[Option, bool], ...]:
        """Options, and whether each is chosen."""
        chosen = self.chosen or (self.value,)
        return tuple((option, option.value in chosen) for option in self.options)


@dataclass(frozen=True)
class ErrorSummary(Component):
    """All that is wrong with a form, each line leading to its field.

    Attributes:
        fields: All fields of the form; those without errors are passed over.
        others: What belongs to no field.
    """

    template: ClassVar[str] = "components/error_summary.html"
    fields: tuple[Field, ...]
    others: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[tuple[Field, str], ...]:
        """Each error beside its field."""
        return tuple((field, error) for field in self.fields for error in field.errors)

    @property
    def count(self) -> int:
        """How many errors there are."""
        return len(self.wrong) + len(self.others)


@dataclass(frozen=True)
class Form(Component):
    """A whole form: summary of errors, fields, what it does.

    Attributes:
        action: Where it is sent.
        fields: In the order of filling.
        submit: What the button does, in words that say its effect.
        cancel: The way out.
        others: Errors that belong to no field.
        lacking: What is missing before it can be sent; the button is off and says so.
        danger: Whether the effect is a refusal or a return.
        multipart: Whether files are sent.
        columns: Whether short fields stand beside one another.
        key: Id of the form.
    """

    template: ClassVar[str] = "components/form.html"
    action: str
    fields: tuple[Field, ...]
    submit: str
    cancel: Link | None = None
    others: tuple[str, ...] = ()
    lacking: str = ""
    danger: bool = False
    multipart: bool = False
    columns: bool = False
    key: str = ""

    @property
    def summary(self) -> ErrorSummary | None:
        """The errors, if there are any."""
        found = ErrorSummary(self.fields, self.others)
        return found if found.count else None


@dataclass(frozen=True)
class Filters(Component):
    """What narrows a list down; kept in the address, so that it can be sent to somebody.

    Attributes:
        action: Address of the list.
        fields: What can be chosen.
        found: How many are shown of how many, in words.
        reset: Address of the list without filters; empty where none is set.
    """

    template: ClassVar[str] = "components/filters.html"
    action: str
    fields: tuple[Field, ...]
    found: str = ""
    reset: str = ""


@dataclass(frozen=True)
class Confirm(Component):
    """Asks before what cannot be undone; everything else is done at once and offers 撤销.

    It stands on a page of its own or is fetched into one, so it needs no script. Browsers hold the typed
    sentence against ``sentence``; the action must do so too.

    Attributes:
        title: The question, naming the object and the count.
        words: What it means.
        consequences: What follows.
        sentence: To be typed; empty where a click is enough.
        action: Where the form is sent.
        submit: What the dangerous button does.
        cancel: The safe way out, first.
        errors: What was wrong with the sentence.
        hidden: Names and values sent along.
    """

    template: ClassVar[str] = "components/confirm.html"
    title: str
    action: str
    submit: str
    cancel: Link
    words: str = ""
    consequences: tuple[str, ...] = ()
    sentence: str = ""
    errors: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()

    @property
    def typed(self) -> Field | None:
        """The field for the sentence."""
        if not self.sentence:
            return None
        return Field("sentence", f"请输入“{self.sentence}”", required=True, errors=self.errors,
                     autocomplete="off", pattern=_literally(self.sentence))  # fmt: skip


def _literally(words: str) -> str:
    """Write words as a pattern that only they fit; browsers read it with the flag v."""
    return "".join(f"\\{c}" if c in r"\^$.*+?()[]{}|/-" else c for c in words)
