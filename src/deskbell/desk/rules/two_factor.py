"""Codes for signing in: those a device makes of the time (TOTP, RFC 6238), and those kept for the day it is lost."""

import hmac
import re

import pyotp

from deskbell.kit import ids
from deskbell.kit.clock import SECOND

STEP = 30 * SECOND
"""How long one code is shown."""
DRIFT = 1
"""How many steps a device's clock may be behind ours, or before it."""
ISSUER = "Deskbell"
CODES = 10
_CODE = re.compile(r"[0-9]{6}")
_APART = re.compile(r"[\s-]")


def cleaned(code: str) -> str:
    """A code as it was typed, without what only makes it readable."""
    return _APART.sub("", code).lower()


def step_of(secret: str, code: str, now: int) -> int | None:
    """The step a device's code belongs to; None for one that is wrong, or of another time."""
    if not _CODE.fullmatch(code):
        return None
    maker, here = pyotp.HOTP(secret), now // STEP
    steps = range(max(0, here - DRIFT), here + DRIFT + 1)
    matching = [step for step in steps if hmac.compare_digest(maker.at(step), code)]
    return max(matching, default=None)


def address(secret: str, email: str) -> str:
    """What the picture says to a device that looks at it."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def code_hash(user_id: int, code: str) -> str:
    """What is kept of a recovery code."""
    return ids.digest(f"recovery {user_id} {cleaned(code)}")
