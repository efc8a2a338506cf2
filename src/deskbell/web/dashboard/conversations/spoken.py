"""Messages as the thread shows them: who speaks, what belongs together, what became of each."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from deskbell.desk.rules.messages import ERROR
from deskbell.kit.clock import MILLISECOND, MINUTE, SECOND
from deskbell.model.message import Attachment, Message, MessageType, MessageView, Sender
from deskbell.web.dashboard.conversations.rich import Rich, rich
from deskbell.web.dashboard.pictures import local
from deskbell.web.dashboard.rendering import HUES
from deskbell.web.present import markdown

TOGETHER = 5 * MINUTE
"""How soon one speaker's next message counts as going on."""
KINDS = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}
ROLES = {"contact": "Contact", "user": "Agent", "agent_bot": "Bot"}
MARKS = {"sent": "Sent", "delivered": "Delivered", "read": "Read", "failed": "Not delivered", "seen": "Seen"}
SHOWN = ("image", "audio", "video")


class File(Struct, frozen=True, kw_only=True):
    """`src` is empty for what may not be shown from where it lies."""

    kind: str
    name: str
    src: str
    size: str
    width: int | None
    height: int | None


class Spoken(Struct, frozen=True, kw_only=True):
    id: int
    kind: str
    speaker: str
    """The same for messages that may belong together."""
    name: str
    role: str
    face: str
    hue: int | None
    """A contact's colour, the same wherever they are shown."""
    private: bool
    deleted: bool
    html: str
    files: list[File]
    rich: Rich | None
    mark: str
    why: str
    at: int
    version: str
    """Another one where anything that shows is another."""
    follows: bool = False
    day: str = ""
    first_unread: bool = False
    echo: str = ""


class Place(Struct, frozen=True, kw_only=True):
    """Where messages are shown: on whose server, how far the contact has seen, and from when on the team had not."""

    public_url: str
    seen: int
    unread_since: int | None = None


def spoken(views: Sequence[MessageView], place: Place) -> list[Spoken]:
    """Messages in their order, with what stands between them."""
    result: list[Spoken] = []
    marked = place.unread_since is None
    for view in views:
        before = result[-1] if result else None
        one = _spoken(view, place)
        if before is None or _day(before.at) != _day(one.at):
            one = replace(one, day=_day(one.at))
        elif before.speaker == one.speaker and one.speaker and one.at - before.at <= TOGETHER:
            one = replace(one, follows=True)
        if not marked and one.kind == "incoming" and one.at > (place.unread_since or 0):
            one, marked = replace(one, first_unread=True), True
        result.append(one)
    return result


def _spoken(view: MessageView, place: Place) -> Spoken:
    message, sender = view.message, view.sender
    kind = KINDS[int(message.message_type)]
    mark = _mark(message, place.seen)
    return Spoken(
        id=message.id,
        kind=kind,
        speaker=_speaker(message, kind),
        name=_name(sender, kind),
        role=ROLES[sender.type] if sender else "",
        face=local(sender.avatar_url, place.public_url) if sender else "",
        hue=sender.id % HUES if sender and sender.type == "contact" else None,
        private=message.private,
        deleted=message.deleted,
        html=markdown.render(message.content or ""),
        files=[_file(one, place.public_url) for one in view.attachments],
        rich=rich(message),
        mark=mark,
        why=str(message.content_attributes.get(ERROR) or "") if mark == "failed" else "",
        at=message.created_at,
        version=f"{message.updated_at}-{mark}",
    )


def _speaker(message: Message, kind: str) -> str:
    if message.message_type == MessageType.ACTIVITY:
        return ""
    whose = f"{message.sender_type}-{message.sender_id}" if message.sender_type else "nobody"
    return f"{kind}-{whose}{'-note' if message.private else ''}"


def _name(sender: Sender | None, kind: str) -> str:
    if sender is None:
        return "Automatic message" if kind != "incoming" else "Visitor"
    return (sender.display_name if sender.type == "user" else "") or sender.name or "Visitor"


def _mark(message: Message, seen: int) -> str:
    """What became of what the team sent; of notes and of what others said there is nothing to say."""
    if message.message_type not in (MessageType.OUTGOING, MessageType.TEMPLATE) or message.private:
        return ""
    if message.status in ("failed", "read"):
        return message.status
    return "seen" if message.created_at <= seen else message.status


def _file(file: Attachment, public_url: str) -> File:
    src = local(file.external_url, public_url)
    return File(
        kind=file.file_type if file.file_type in SHOWN and src else "file",
        name=file.file_name or "File",
        src=src,
        size=size(file.file_size) if file.file_size else "",
        width=file.width,
        height=file.height,
    )


def size(count: int) -> str:
    """Bytes, as people say them."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_000_000:.1f} MB"


def milliseconds(instant: int) -> int:
    """As a browser reckons."""
    return instant // MILLISECOND


def _day(instant: int) -> str:
    """Without a script a day is UTC's: the server does not know where its reader is."""
    return datetime.fromtimestamp(instant / SECOND, UTC).strftime("%-d %B %Y")
