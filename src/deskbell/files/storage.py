"""The port to where files are kept. A file is known by a random key; what is known of it besides is the database's.

A file is durable when `keep` answers, which is before the unit that refers to it commits: an acknowledged attachment has its
file. Whoever fails after `keep` deletes it again; what a crash leaves behind, nobody refers to, and it is swept.
"""

from pathlib import Path
from typing import BinaryIO, Protocol

from deskbell.kit.errors import Unavailable

SHARES = 256
"""Files are listed a share at a time."""


class StorageUnavailable(Unavailable):
    """Files cannot be kept or found now: the disk is full, or gone."""


class Storage(Protocol):
    """Somewhere files are kept. Every method raises StorageUnavailable."""

    async def keep(self, source: BinaryIO) -> str:
        """Keep all that the source holds, from its beginning; answers the new file's key."""
        ...

    async def locate(self, key: str) -> Path | None:
        """Where the file can be read on this machine; None where there is none."""
        ...

    async def delete(self, key: str) -> None:
        """Delete a file; nothing where there is none."""
        ...

    async def older(self, share: int, instant: int) -> list[str]:
        """The keys in a share of all files that were kept before an instant, for sweeping."""
        ...
