"""Passwords, kept as argon2id hashes."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


async def hash_password(password: str) -> str:
    """Slow on purpose, so it runs on a thread."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def check_password(password: str, kept: str) -> bool:
    try:
        return await asyncio.to_thread(_HASHER.verify, kept, password)
    except (VerificationError, InvalidHashError):
        return False
