"""What only one may have."""

from collections.abc import Iterator
from contextlib import contextmanager

from deskbell.kit.errors import Invalid
from deskbell.store.database import UniqueViolation


@contextmanager
def unique(field: str) -> Iterator[None]:
    """Write a value that nobody else may have. Raises Invalid naming the field where somebody has it already."""
    try:
        yield
    except UniqueViolation:
        raise Invalid({field: "has already been taken"}) from None
