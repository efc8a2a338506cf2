"""Signatures over what is sent, so that a receiver can tell it came from here unchanged.

Standard Webhooks 1.0 signs `id.timestamp.body`: by HMAC-SHA256 (`v1`) under a secret `whsec_…`, or by ed25519 (`v1a`) under a
private key `whsk_…`, whose public key `whpk_…` receivers verify with. The Chatwoot form serves receivers written for it.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PREFIX = "whsec_"
PRIVATE_PREFIX = "whsk_"
PUBLIC_PREFIX = "whpk_"
SEED = 32


@lru_cache(maxsize=4096)
def decode_secret(secret: str) -> bytes:
    """The key a secret stands for: base64 with or without `whsec_`, or else the text itself in UTF-8.

    The text itself serves secrets brought from other systems. Raises ValueError for an empty secret.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = secret.encode()
    if not key:
        raise ValueError("A signing secret may not be empty.")
    return key


@lru_cache(maxsize=4096)
def _keyed(secret: str) -> hmac.HMAC:
    """An HMAC that has taken in its key; copying it costs half of what keying it anew does."""
    return hmac.new(decode_secret(secret), digestmod="sha256")


@lru_cache(maxsize=4096)
def private_key(secret: str) -> Ed25519PrivateKey:
    """The key a `whsk_…` stands for: base64 of the seed, with or without the public key behind it. Raises ValueError."""
    raw = base64.b64decode(secret.removeprefix(PRIVATE_PREFIX), validate=True)
    return Ed25519PrivateKey.from_private_bytes(raw[:SEED])


def public_key(secret: str) -> str | None:
    """The `whpk_…` receivers verify with; None for a secret that is shared."""
    if not secret.startswith(PRIVATE_PREFIX):
        return None
    raw = private_key(secret).public_key().public_bytes_raw()
    return PUBLIC_PREFIX + base64.b64encode(raw).decode("ascii")


def sign(secret: str, event_id: str, timestamp_seconds: int, body: bytes) -> str:
    """One `v1,<base64>` or `v1a,<base64>` entry, by the kind of secret.

    `event_id` must hold no dot: it would move the border to the timestamp.
    """
    content = f"{event_id}.{timestamp_seconds}.".encode() + body
    if secret.startswith(PRIVATE_PREFIX):
        return "v1a," + base64.b64encode(private_key(secret).sign(content)).decode("ascii")
    keyed = _keyed(secret).copy()
    keyed.update(content)
    return "v1," + binascii.b2a_base64(keyed.digest(), newline=False).decode("ascii")


def signature_header(secrets: Sequence[str], event_id: str, timestamp_seconds: int, body: bytes) -> str:
    """The value of `webhook-signature`: an entry for each secret, so that during a rotation both verify.

    Raises ValueError when there is no secret.
    """
    if not secrets:
        raise ValueError("There is no secret to sign with.")
    return " ".join([sign(secret, event_id, timestamp_seconds, body) for secret in secrets])


def chatwoot_signature(secret: str, timestamp: int, body: bytes) -> str:
    """The value of `X-Chatwoot-Signature`: over `timestamp.body`, keyed by the secret's text, in hex."""
    return "sha256=" + hmac.digest(secret.encode(), f"{timestamp}.".encode() + body, "sha256").hex()
