"""Random identifiers and secrets, and ids as others write them."""

import base64
import hashlib
import secrets
import uuid

_READABLE = "abcdefghjkmnpqrstuvwxyz023456789"
"""Without those that look like others."""


def token() -> str:
    """An access token or inbox key: 24 URL-safe characters, 144 random bits."""
    return secrets.token_urlsafe(18)


def digest(token: str) -> str:
    """What is kept of a token that nobody need be shown again."""
    return hashlib.sha256(token.encode()).hexdigest()


def readable() -> str:
    """A code that people write down and type: three times four letters and digits, 60 random bits."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def uuid4() -> str:
    return str(uuid.uuid4())


def webhook_secret() -> str:
    """A signing secret: `whsec_` and 32 random bytes in base64 (Standard Webhooks 1.0)."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def signing_key() -> str:
    """An ed25519 private key: `whsk_` and its 32-byte seed in base64."""
    return "whsk_" + base64.b64encode(secrets.token_bytes(32)).decode()


def read(text: str) -> int | None:
    """An id as an address or a form says it; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def lease() -> int:
    """A number no other claim of work carries; fits a signed 64-bit column."""
    return secrets.randbits(62) + 1
