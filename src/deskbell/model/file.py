"""A file somebody sent, as it is known once it is kept."""

from urllib.parse import quote

from msgspec import Struct

from deskbell.model.message import FileType

PICTURES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}
)  # fmt: skip
"""What browsers show as a picture and nothing more."""


class StoredFile(Struct, frozen=True, kw_only=True):
    """`content_type` is what its bytes say, not what the sender said; `name` is the sender's, made harmless."""

    key: str
    name: str
    content_type: str
    file_size: int
    width: int | None = None
    height: int | None = None
    waiting: bool = False
    """Uploaded before whatever will refer to it: its row is there already."""

    @property
    def path(self) -> str:
        """What stands in its address after `/files/`."""
        return f"{self.key}/{quote(self.name, safe='')}"

    @property
    def file_type(self) -> FileType:
        if self.content_type in PICTURES:
            return "image"
        if self.content_type.startswith("audio/"):
            return "audio"
        return "video" if self.content_type.startswith("video/") else "file"

    @property
    def harmless(self) -> bool:
        """Whether a browser may show it where it lies; anything else is only to be saved."""
        return self.file_type != "file" or self.content_type == "application/pdf"
