"""What the program says to those who run it: one JSON object a line."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Formats a record with everything that was given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in USUAL}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class OwnFaults(logging.Filter):
    """Keeps from the terminal what a visitor did wrong, such as a page that is not there; the file has it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass warnings of our own, and every error."""
        return record.levelno >= logging.ERROR or not record.name.startswith(("django.", "tijian.shells.web"))


def logging_settings(folder: Path | None) -> dict[str, object]:
    """Give Django's LOGGING: everything from INFO to the folder's file, warnings to standard error too."""
    handlers: dict[str, dict[str, object]] = {
        "stderr": {
            "class": "logging.StreamHandler",
            "level": "WARNING",
            "formatter": "json",
            "filters": ["own"],
        }
    }
    if folder is not None:
        handlers["file"] = {
            "class": "logging.handlers.WatchedFileHandler",  # reopened after the system rotated it
            "filename": str(folder / "logs" / "tijian.log"),
            "encoding": "utf-8",
            "delay": True,
            "level": "INFO",
            "formatter": "json",
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": f"{__name__}.JsonLines"}},
        "filters": {"own": {"()": f"{__name__}.OwnFaults"}},
        "handlers": handlers,
        # axes hides whom it speaks of, and says what web.signin says, too
        "loggers": {"axes": {"level": "ERROR"}},
        "root": {"level": "INFO", "handlers": list(handlers)},
    }
