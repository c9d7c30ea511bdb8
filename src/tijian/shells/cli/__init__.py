"""The command line: ``tijian``."""

from tijian.shells.cli.main import main

__all__ = ["main"]
