"""Inboxes an actor may see."""

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit.errors import NotFound
from deskbell.model.inbox import Channel, Inbox
from deskbell.model.user import Agent
from deskbell.store import inboxes
from deskbell.store.database import Reader


async def visible(reader: Reader, actor: Actor) -> list[Inbox]:
    """Every inbox for administrators, their own for agents."""
    access.refuse_bots(actor)
    mine = await access.visible_inboxes(reader, actor)
    return [
        inbox for inbox in await inboxes.all_of(reader, actor.account_id) if mine is None or inbox.id in mine
    ]


async def show(reader: Reader, actor: Actor, inbox_id: int) -> Inbox:
    access.refuse_bots(actor)
    return await access.the_inbox(reader, actor, inbox_id)


async def by_token(reader: Reader, token: str, channel: Channel) -> Inbox:
    """The inbox a website token or an API inbox's identifier names. Raises NotFound."""
    inbox = await inboxes.by_token(reader, token)
    if inbox is None or inbox.channel != channel:
        raise NotFound
    return inbox


async def team(reader: Reader, inbox: Inbox) -> list[Agent]:
    """Who works in an inbox."""
    return await inboxes.members(reader, inbox.account_id, inbox.id)
