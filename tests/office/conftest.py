"""The fixtures of the harness, for the tests in this folder."""

from harness import _with_slice, copy_of, engine, filled, filled_template, office, server, stage, template

__all__ = [
    "_with_slice", "copy_of", "engine", "filled", "filled_template", "office", "server", "stage", "template",
]  # fmt: skip
