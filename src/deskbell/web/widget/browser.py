"""What a visitor's browser tells of itself, as the document's `browser` object."""

from functools import lru_cache
from urllib.parse import urlsplit

import ua_parser
from fastapi import Request

from deskbell.kit.json import JSONObject


def browser(request: Request) -> JSONObject:
    """The five strings of the document, from the User-Agent."""
    return dict(_parsed(request.headers.get("user-agent", "")[:1000]))


@lru_cache(maxsize=1024)
def _parsed(user_agent: str) -> JSONObject:
    found = ua_parser.parse(user_agent)
    agent, os, device = found.user_agent, found.os, found.device
    return {
        "browser_name": agent.family if agent else "Unknown Browser",
        "browser_version": _version(agent.major, agent.minor, agent.patch) if agent else "",
        "device_name": device.family if device else "Unknown",
        "platform_name": os.family if os else "Unknown",
        "platform_version": _version(os.major, os.minor, os.patch) if os else "",
    }


def language(request: Request) -> str | None:
    """The first language the browser asks for, such as `en-GB`."""
    first = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    return first[:35] or None


def page_url(text: object) -> str | None:
    """The page's URL; None where it is none."""
    if not isinstance(text, str) or len(text) > 4000:
        return None
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    return text.strip() if parts.scheme in ("http", "https") and parts.hostname else None


def _version(*parts: str | None) -> str:
    return ".".join(part for part in parts if part)
