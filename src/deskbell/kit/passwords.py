"""Passwords, kept as argon2id hashes."""

import asyncio
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


async def hash_password(password: str) -> str:
    """Slow on purpose, so it runs on a thread."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def check_password(password: str, kept: str | None) -> bool:
    """Takes as long where there is none to compare with, so that nobody learns who is known by waiting."""
    try:
        return await asyncio.to_thread(_HASHER.verify, kept or _decoy(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _HASHER.hash(secrets.token_urlsafe(18))
