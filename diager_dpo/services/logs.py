"""The log of the server: one JSON object a line, in the home, readable by its owner only.

A line says what happened and where in the program, never to whom: no name, no key, no address, no text of an exception
reaches it. Only loggers of this program write there; what a library says stays in the window of the server.
"""

import json
import logging
import os
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

FILE = "server.jsonl"
ROOT = "diager_dpo"
_LARGEST, _KEPT = 5_000_000, 5


class JsonLines(logging.Formatter):
    """A record as one line. Of an exception, its class and the lines of the program only: messages quote values."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


class _Private(RotatingFileHandler):
    """A file that nobody but its owner may read, from its first byte."""

    def _open(self) -> Any:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8")


def write_logs_to(folder: Path) -> logging.Handler:
    """Begin to write; what was written to before is closed."""
    logger = logging.getLogger(ROOT)
    for handler in [each for each in logger.handlers if isinstance(each, _Private)]:
        logger.removeHandler(handler)
        handler.close()
    handler = _Private(folder / FILE, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8")
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler
