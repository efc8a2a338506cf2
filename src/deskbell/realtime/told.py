"""An event as listeners are told of it: made once for each kind of listener, whoever many there are."""

from collections.abc import Container
from functools import cached_property

from msgspec import Struct
from typing_extensions import override

from deskbell.events import snapshot as frozen
from deskbell.events.formats import cable
from deskbell.events.formats.cable import Frame
from deskbell.events.snapshot import Snapshot
from deskbell.kit import ids, json
from deskbell.model.event import Event, event_id
from deskbell.model.listener import AgentListener, Listener, Scene

WHOLE = 2**31
"""The part of a cursor that has had all of its event."""


class Cursor(Struct, frozen=True, order=True):
    """How far somebody has heard: to the event of this number, and of it so many messages."""

    number: int
    part: int = WHOLE

    @override
    def __str__(self) -> str:
        return str(self.number) if self.part == WHOLE else f"{self.number}.{self.part}"

    @classmethod
    def parse(cls, said: object) -> "Cursor | None":
        """What a client says it has heard, `12` or `"12.1"`; None for what says no such thing."""
        if isinstance(said, bool) or not isinstance(said, str | int):
            return None
        number, dot, part = str(said).partition(".")
        whole, piece = ids.read(number), ids.read(part) if dot else WHOLE
        return None if whole is None or piece is None else cls(whole, piece)


class Message(Struct, frozen=True):
    """One message, without the subscription it goes to."""

    cursor: Cursor
    text: str


class Told:
    """An event that is being told."""

    def __init__(self, event: Event) -> None:
        self._event = event

    @cached_property
    def _snapshot(self) -> Snapshot:
        return frozen.thaw(self._event.snapshot)

    @cached_property
    def scene(self) -> Scene | None:
        """Where it happened; None where nobody hears of it."""
        return cable.scene(self._snapshot) if self._event.snapshot else None

    @property
    def message_id(self) -> int | None:
        """The message it is about; None where it is about none."""
        view = self._snapshot.message if self._event.snapshot else None
        return None if view is None else view.message.id

    def words_of(self, message_ids: Container[int]) -> bool:
        """Whether it tells what one of these messages said; that a message was deleted tells nothing of it."""
        view = self._snapshot.message if self._event.snapshot else None
        return view is not None and view.message.id in message_ids and not view.message.deleted

    def messages(self, who: Listener) -> list[Message]:
        """What a listener is told; nothing where it is none of their business."""
        if self.scene is None or not who.may_hear(self.scene):
            return []
        return self._for_agents if isinstance(who, AgentListener) else self._for_visitors

    @cached_property
    def _for_agents(self) -> list[Message]:
        return self._numbered(cable.for_agents(self._snapshot))

    @cached_property
    def _for_visitors(self) -> list[Message]:
        return self._numbered(cable.for_visitors(self._snapshot))

    def _numbered(self, frames: list[Frame]) -> list[Message]:
        number = self._event.number
        numbered = []
        for place, (name, data) in enumerate(frames, 1):
            cursor = Cursor(number, WHOLE if place == len(frames) else place)
            told = {
                "event": name,
                "data": data,
                "id": event_id(self._event.account_id, number),
                "number": number,
                "cursor": str(cursor),
            }
            numbered.append(Message(cursor, json.dump_text(told)))
        return numbered
