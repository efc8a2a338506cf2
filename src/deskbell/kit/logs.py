"""Logs: one line per thing that happened, as `key=value` text or as JSON."""

import json
import logging
import sys
from typing import Any, Literal

from typing_extensions import override

_STANDARD = frozenset(vars(logging.makeLogRecord({})))


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {
        key: value
        for key, value in vars(record).items()
        if key not in _STANDARD and key not in {"message", "asctime"}
    }


class TextFormatter(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {key}={value}" for key, value in _extras(record).items())
        line = f"{self.formatTime(record, '%H:%M:%S')} {record.levelname.lower():7} {record.name.removeprefix('deskbell.')}: {record.getMessage()}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JSONFormatter(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": record.created,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line | _extras(record), default=str)


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send every log line to stderr in the wanted form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty, level_of in {
        "uvicorn": logging.WARNING,
        "alembic": logging.WARNING,
        "asyncpg": logging.CRITICAL,
    }.items():
        logging.getLogger(chatty).setLevel(level_of)
