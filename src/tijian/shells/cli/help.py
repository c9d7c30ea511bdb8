"""The help of every command in Chinese: typer's own words stand nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from tijian.shells.cli import screen

OPTIONS, COMMAND, ARGUMENTS = "[选项]", "命令 [参数]...", "参数"
USAGE = "用法："
HELP = "看用法"
SHORT = 200  # characters of a command's help in the list of commands
TYPES = {"<int>": "<整数>", "<int range>": "<整数>", "<path>": "<路径>", "<str>": "<文字>"}
NOTES = re.compile(r"  \[([^\[\]]*)\]$")  # what typer puts behind the help of an option
NOTE_WORDS = (
    (re.compile(r"^default: "), "默认 "),
    (re.compile(r"^x>=(\S+)$"), r"至少 \1"),
    (re.compile(r"^x<=(\S+)$"), r"至多 \1"),
    (re.compile(r"^(\S+)<=x<=(\S+)$"), r"\1 到 \2"),
    (re.compile(r"^required$"), "必填"),
)


def notes(text: str) -> str:
    """Put what stands in brackets behind the help of an option into Chinese."""
    found = NOTES.search(text)
    if found is None:
        return text
    words = []
    for note in found[1].split("; "):
        said = note
        for pattern, word in NOTE_WORDS:
            said = pattern.sub(word, said)
        words.append(said)
    return f"{text[: found.start()]}（{'；'.join(words)}）"


def record(term: str, text: str) -> tuple[str, str]:
    """Put one line of the help, a parameter and what it means, into Chinese."""
    if term == "--help":
        return term, HELP
    for word, zh in TYPES.items():
        term = term.replace(word, zh)
    return term, notes(text)


def _usage(command: TyperCommand | TyperGroup, ctx: typer.Context, formatter: Any) -> None:
    formatter.write_usage(ctx.command_path, " ".join(command.collect_usage_pieces(ctx)), prefix=USAGE)


def _parameters(command: TyperCommand | TyperGroup, ctx: typer.Context, formatter: Any) -> None:
    for kind, heading in (("argument", ARGUMENTS), ("option", "选项")):
        found = [p.get_help_record(ctx) for p in command.get_params(ctx) if p.param_type_name == kind]
        _section(formatter, heading, [record(*r) for r in found if r is not None])


def _section(formatter: Any, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """Write a list of terms; typer's own counts characters, of which a Chinese one takes two columns."""
    if not rows:
        return
    columns = max(screen.width(term) for term, _ in rows)
    lines = [f"  {screen.padded(term, columns)}  {text}".rstrip() for term, text in rows]
    formatter.write("\n".join(["", f"{heading}：", *lines, ""]))


class Command(TyperCommand):
    """A command with Chinese help."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings | {"options_metavar": OPTIONS})

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line of usage."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options."""
        _parameters(self, ctx, formatter)


class Group(TyperGroup):
    """A group of commands with Chinese help."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings | {"options_metavar": OPTIONS, "subcommand_metavar": COMMAND})

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line of usage."""
        _usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write options and commands."""
        _parameters(self, ctx, formatter)
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        _section(formatter, "命令", [(n, c.get_short_help_str(SHORT)) for n, c in commands if c])
