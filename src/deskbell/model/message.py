"""A message: what was said, by whom, and of which kind."""

from enum import IntEnum
from typing import Any, Literal

from msgspec import Struct

from deskbell.model.user import Availability

MessageStatus = Literal["sent", "delivered", "read", "failed"]
SenderType = Literal["contact", "user", "agent_bot"]
FileType = Literal["image", "audio", "video", "file", "location", "fallback", "share", "contact"]


class MessageType(IntEnum):
    """The document's numbers."""

    INCOMING = 0
    OUTGOING = 1
    ACTIVITY = 2
    TEMPLATE = 3


class Message(Struct, frozen=True, kw_only=True):
    id: int
    account_id: int
    inbox_id: int
    conversation_id: int
    message_type: MessageType
    content: str | None
    content_type: str
    content_attributes: dict[str, Any]
    additional_attributes: dict[str, Any]
    private: bool
    status: MessageStatus
    source_id: str | None
    sender_type: SenderType | None
    sender_id: int | None
    attachment_count: int
    created_at: int
    updated_at: int

    @property
    def rings(self) -> bool:
        """Activity messages ring no bell (contract/semantics.md)."""
        return self.message_type != MessageType.ACTIVITY

    @property
    def public(self) -> bool:
        """May stand in `conversation.messages`: neither private nor activity."""
        return not self.private and self.rings

    @property
    def deleted(self) -> bool:
        """Its words and files were taken back; the message stays as a mark."""
        return self.content_attributes.get("deleted") is True


class Attachment(Struct, frozen=True, kw_only=True):
    """A file's metadata; the file itself lies behind the storage port, and `external_url` is where it is found."""

    id: int
    message_id: int
    file_type: FileType
    file_name: str
    content_type: str
    file_size: int
    width: int | None
    height: int | None
    external_url: str | None

    @property
    def extension(self) -> str | None:
        return self.file_name.rpartition(".")[2] if "." in self.file_name else None

    @property
    def thumb_url(self) -> str:
        """Pictures stand for themselves: browsers make them small."""
        return (self.external_url or "") if self.file_type == "image" else ""


class Sender(Struct, frozen=True, kw_only=True):
    """Who a message is from, as shown beside it."""

    type: SenderType
    id: int
    name: str
    email: str | None = None
    avatar_url: str = ""
    phone_number: str | None = None
    identifier: str | None = None
    blocked: bool = False
    display_name: str | None = None
    availability: Availability | None = None
    """Of a user: what others are shown."""
    additional_attributes: dict[str, Any] = {}
    custom_attributes: dict[str, Any] = {}


class MessageView(Struct, frozen=True, kw_only=True):
    """A message with who said it and what is attached; `conversation_number` is what the outside calls its conversation."""

    message: Message
    conversation_number: int
    sender: Sender | None
    attachments: list[Attachment] = []
