"""Avatars: a file of one's own, or an address elsewhere."""

from msgspec import UnsetType

from deskbell.model.file import StoredFile
from deskbell.store import files
from deskbell.store.database import Unit
from deskbell.store.files import Owner


async def follow(
    unit: Unit, owner: Owner, owner_id: int, url: str | None | UnsetType, file: StoredFile | UnsetType
) -> None:
    """Let go of the file that an owner's new `avatar_url` does not mean any more, and keep the one it means."""
    if isinstance(url, UnsetType):
        return
    await files.drop_avatar(unit, owner, owner_id, but=(url or "").rpartition("/files/")[2])
    if not isinstance(file, UnsetType):
        await files.add_avatar(unit, owner, owner_id, file)
