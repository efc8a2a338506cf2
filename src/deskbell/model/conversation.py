"""A conversation: a contact and a team, talking in one inbox."""

from typing import Any, Literal

from msgspec import Struct

from deskbell.kit.clock import HOUR
from deskbell.model.agent_bot import AgentBot
from deskbell.model.contact import Contact, ContactInbox
from deskbell.model.inbox import Inbox
from deskbell.model.team import Team
from deskbell.model.user import Availability, User

Status = Literal["open", "resolved", "pending", "snoozed"]
Priority = Literal["low", "medium", "high", "urgent"]


class Conversation(Struct, frozen=True, kw_only=True):
    """`number` is its place in the account (1, 2, 3 …): the `id` the outside world sees.

    Instants are microseconds since the epoch, None for never.
    """

    id: int
    account_id: int
    number: int
    uuid: str
    inbox_id: int
    contact_id: int
    contact_inbox_id: int
    status: Status
    priority: Priority | None
    assignee_id: int | None
    assignee_agent_bot_id: int | None
    team_id: int | None
    labels: list[str]
    snoozed_until: int | None
    additional_attributes: dict[str, Any]
    custom_attributes: dict[str, Any]
    agent_last_seen_at: int | None
    assignee_last_seen_at: int | None
    contact_last_seen_at: int | None
    waiting_since: int | None
    first_reply_created_at: int | None
    last_incoming_at: int | None
    last_activity_at: int
    unread_count: int
    last_message_id: int | None
    created_at: int
    updated_at: int


class ConversationView(Struct, frozen=True, kw_only=True):
    """A conversation with everyone in it, as events and answers show it."""

    conversation: Conversation
    account_name: str
    inbox: Inbox
    contact: Contact
    contact_inbox: ContactInbox
    assignee: User | None
    assignee_status: Availability | None
    """What others are shown of the assignee."""
    assignee_bot: AgentBot | None
    team: Team | None

    def can_reply(self, now: int) -> bool:
        """Whether the channel still lets the team answer: an API inbox may close its window some hours after the last incoming message."""
        hours = self.inbox.settings.additional_attributes.get("agent_reply_time_window")
        if self.inbox.channel != "Channel::Api" or not isinstance(hours, int | float) or hours <= 0:
            return True
        last = self.conversation.last_incoming_at
        return last is not None and now < last + hours * HOUR
