"""Which sites may show an inbox's widget."""

import re

_NAME = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DOMAIN = re.compile(
    rf"(?:https?://)?(?:localhost|(?:\*\.)?{_NAME}(?:\.{_NAME})+)(?::(?:\d{{1,5}}|\*))?", re.IGNORECASE
)
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+", re.IGNORECASE)


def listed(domains: str) -> list[str]:
    """The domains an administrator wrote down, separated by commas or blanks; a trailing slash means nothing."""
    return [one.lower().removesuffix("/") or one for one in re.split(r"[,\s]+", domains) if one]


def wrong(domains: str) -> list[str]:
    """Those that name no site, such as `example.com`, `*.example.com` or `https://shop.example.com:8443`."""
    return [one for one in listed(domains) if not _DOMAIN.fullmatch(one)]


def frame_ancestors(domains: str) -> str:
    """The value of the Content-Security-Policy's `frame-ancestors` (CSP Level 3, §6.4.2). No domains allow every site.

    A list in which nothing is a domain allows none: it was meant to restrict.
    """
    known = [one for one in listed(domains) if _DOMAIN.fullmatch(one)]
    if known:
        return " ".join(known)
    return "'none'" if listed(domains) else "*"


def origin(text: str | None) -> str | None:
    """A page's origin as it may be posted to; None where it is none."""
    return text.lower() if text and len(text) <= 300 and _ORIGIN.fullmatch(text) else None
