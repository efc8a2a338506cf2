"""How something is delivered to, as forms say it: waits, limits and headers, and the terms of a target as they are."""

import re
from typing import Any

from deskbell.model.webhook import Target
from deskbell.web.dashboard.deps import Form
from deskbell.web.services import Services

UNITS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
NAMES = ("payload_format", "signature", "headers", "schedule", "timeout", "concurrency")
_WAIT = re.compile(r"(\d{1,7})\s*(s|min|m|h|d)?", re.IGNORECASE)


def said(form: Form, refused: dict[str, str]) -> dict[str, Any]:
    """The terms a form asks for, by the names of TargetChanges; what cannot be read is `refused`."""
    return {
        "payload_format": "chatwoot" if form.text("payload_format") == "chatwoot" else "hoory",
        "signature": "ed25519" if form.text("signature") == "ed25519" else "hmac",
        "schedule": schedule_of(form.text("schedule"), refused),
        "timeout": number_of(form.text("timeout"), "timeout", refused),
        "concurrency": whole_of(form.text("concurrency"), refused),
        "headers": headers_of(form.text("headers"), refused),
    }


def typed(form: Form) -> dict[str, str]:
    """The terms as they were sent, to be mended."""
    return {name: form.text(name) for name in NAMES}


def kept(target: Target) -> dict[str, str]:
    """The terms of a target as they are."""
    return {
        "payload_format": target.payload_format,
        "signature": target.signature,
        "headers": "\n".join(f"{name}: {value}" for name, value in target.headers.items()),
        "schedule": waits(target.schedule) if target.schedule else "",
        "timeout": f"{target.timeout:g}" if target.timeout else "",
        "concurrency": str(target.concurrency or ""),
    }


def usual(services: Services) -> dict[str, Any]:
    """What goes for those that say nothing of their own."""
    settings = services.settings
    return {
        "schedule": waits(list(settings.delivery_schedule)),
        "timeout": settings.delivery_timeout,
        "concurrency": settings.delivery_target_concurrency,
    }


def waits(schedule: list[int]) -> str:
    """A schedule as people write it: `0 s, 5 s, 5 min`."""
    return ", ".join(_wait(seconds) for seconds in schedule)


def _wait(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def schedule_of(text: str, refused: dict[str, str]) -> list[int] | None:
    if not text.strip():
        return None
    found = []
    for part in text.replace(";", ",").split(","):
        match = _WAIT.fullmatch(part.strip())
        if match is None:
            refused["schedule"] = (
                f"cannot be read at {part.strip()[:40]!r}: write waits such as 0 s, 5 min, 2 h"
            )
            return None
        found.append(int(match[1]) * UNITS[(match[2] or "").lower()])
    return found


def number_of(text: str, field: str, refused: dict[str, str]) -> float | None:
    try:
        return float(text.replace(",", ".")) if text.strip() else None
    except ValueError:
        refused[field] = "should be a number"
        return None


def whole_of(text: str, refused: dict[str, str]) -> int | None:
    number = number_of(text, "concurrency", refused)
    if number is None or number == number // 1:
        return None if number is None else int(number)
    refused["concurrency"] = "should be a whole number"
    return None


def headers_of(text: str, refused: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            refused["headers"] = f"cannot be read at {line[:40]!r}: write one a line, as Name: value"
        found[name.strip()] = value.strip()
    return found
