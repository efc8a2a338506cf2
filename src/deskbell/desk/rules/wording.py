"""Whether a body says something: as it is read, and as JSON writes it."""

from deskbell.kit import json


def spellings(text: str) -> tuple[str, ...]:
    """How a text may stand in a body; case is ignored."""
    plain = text.strip().lower()
    if not plain:
        return ()
    return tuple(dict.fromkeys((plain, json.dumps(plain).decode()[1:-1])))


def told_in(words: tuple[str, ...], body: bytes) -> bool:
    """Whether any of the spellings is in a body."""
    told = body.decode("utf-8", "replace").lower()
    return any(one in told for one in words)
