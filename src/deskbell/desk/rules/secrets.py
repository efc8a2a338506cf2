"""Signing secrets: how they are made, and how one follows another."""

from msgspec.structs import replace

from deskbell.kit import ids
from deskbell.kit.clock import HOUR
from deskbell.model.webhook import Signature, Target

OVERLAP_HOURS = 24
LONGEST_OVERLAP_HOURS = 7 * 24


def made(signature: Signature) -> str:
    """A new secret: shared for `hmac`, a private key for `ed25519`."""
    return ids.signing_key() if signature == "ed25519" else ids.webhook_secret()


def rotated(target: Target, secret: str, now: int, overlap_hours: float = OVERLAP_HOURS) -> Target:
    """The target with a new secret; the old one signs beside it for the overlap (contract/delivery.md)."""
    return replace(
        target, secret=secret, previous_secret=target.secret, previous_until=now + int(overlap_hours * HOUR)
    )
