"""What is said and kept nowhere: who types, which visitors are there, which agents look at what. Told here, and passed on to the other processes."""

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct, structs

from deskbell.kit import json
from deskbell.kit.json import JSONObject
from deskbell.model.listener import Scene
from deskbell.realtime.hub import Hub
from deskbell.store.database import PASSING_LIMIT


class Typist(Struct, frozen=True, kw_only=True):
    """Who types. `shown_as` is the name contacts are shown."""

    type: Literal["user", "contact", "agent_bot"]
    id: int
    name: str
    shown_as: str
    avatar_url: str = ""


class Typing(Struct, frozen=True, kw_only=True, tag="typing"):
    """Somebody begins or stops to type in a conversation; private for a note to colleagues."""

    scene: Scene
    conversation_number: int
    typist: Typist
    on: bool
    private: bool = False


class Visit(Struct, frozen=True, kw_only=True, tag="visit"):
    """A visitor was there at an instant."""

    account_id: int
    contact_id: int
    seen_at: int


class Watch(Struct, frozen=True, kw_only=True, tag="watch"):
    """An agent's page shows a conversation, or does no more. `page` is a name of its own for each connection."""

    page: str
    scene: Scene
    conversation_number: int
    user_id: int
    name: str
    avatar_url: str = ""
    on: bool = True

    @property
    def place(self) -> tuple[int, int]:
        """The conversation: its account and its number."""
        return self.scene.account_id, self.conversation_number

    def ended(self) -> "Watch":
        return structs.replace(self, on=False)


Passing = Typing | Visit | Watch
_DECODER = msgspec.json.Decoder(Passing)


class Ephemeral:
    """Tells passing messages. `pass_on` carries them to the other processes, where there are any."""

    def __init__(self, hub: Hub, visited: Callable[[Visit], None]) -> None:
        self.pass_on: Callable[[str], None] = _nowhere
        self.watched: Callable[[Watch], None] = _unseen
        self._hub = hub
        self._visited = visited

    def say(self, passing: Passing) -> None:
        """Tell it in this process and the others."""
        self._tell(passing)
        text = msgspec.json.encode(passing)
        if len(text) <= PASSING_LIMIT:
            self.pass_on(text.decode())

    def hear(self, text: str) -> None:
        """Tell what another process said; what nobody of us can have said is nothing."""
        try:
            passing = _DECODER.decode(text)
        except msgspec.MsgspecError:
            return
        self._tell(passing)

    def _tell(self, passing: Passing) -> None:
        if isinstance(passing, Visit):
            self._visited(passing)
            return
        if isinstance(passing, Watch):
            self.watched(passing)
            return
        scene, typist = passing.scene, passing.typist
        colleague = typist.id if typist.type == "user" else None
        self._hub.tell_agents(
            scene.account_id,
            _typing(passing, typist.name),
            lambda who: who.may_hear(scene) and who.user_id != colleague,
        )
        if typist.type != "contact" and not passing.private:
            self._hub.tell_visitors(scene, _typing(passing, typist.shown_as))


def _typing(passing: Typing, name: str) -> str:
    typist, scene = passing.typist, passing.scene
    data: JSONObject = {
        "account_id": scene.account_id,
        "conversation": {
            "id": passing.conversation_number,
            "account_id": scene.account_id,
            "inbox_id": scene.inbox_id,
        },
        "user": {
            "id": typist.id,
            "name": name,
            "type": typist.type,
            "avatar_url": typist.avatar_url,
            "thumbnail": typist.avatar_url,
        },
        "is_private": passing.private,
    }
    return json.dump_text({"event": f"conversation.typing_{'on' if passing.on else 'off'}", "data": data})


def _nowhere(_text: str) -> None:
    """Where there are no other processes."""


def _unseen(_watch: Watch) -> None:
    """Where nobody asks who looks."""
