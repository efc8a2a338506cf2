"""Inboxes an actor may see."""

from msgspec import Struct

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.kit.errors import NotFound
from deskbell.model.inbox import Channel, Inbox
from deskbell.model.user import Agent
from deskbell.model.webhook import Health, Target
from deskbell.store import accounts, agent_bots, health, inboxes, targets
from deskbell.store.database import Reader


class InboxView(Struct, frozen=True):
    """An inbox; for administrators with what its webhook_url stands for, if it has one."""

    inbox: Inbox
    target: Target | None


class InboxOverview(Struct, frozen=True, kw_only=True):
    """An inbox at a glance. `bot` is the name of the one that answers there; `health` is its webhook_url's."""

    view: InboxView
    members: int
    bot: str | None
    health: Health | None


async def visible(reader: Reader, actor: Actor) -> list[InboxView]:
    """Every inbox for administrators, their own for agents."""
    access.refuse_bots(actor)
    mine = await access.visible_inboxes(reader, actor)
    found = await inboxes.all_of(reader, actor.account_id)
    return await _views(reader, actor, [inbox for inbox in found if mine is None or inbox.id in mine])


async def show(reader: Reader, actor: Actor, inbox_id: int) -> InboxView:
    """One inbox. Raises NotFound, NotAllowed."""
    access.refuse_bots(actor)
    [view] = await _views(reader, actor, [await access.the_inbox(reader, actor, inbox_id)])
    return view


async def _views(reader: Reader, actor: Actor, found: list[Inbox]) -> list[InboxView]:
    wanted = [one.target_id for one in found if one.target_id is not None] if actor.is_administrator else []
    known = await targets.by_id(reader, wanted) if wanted else {}
    return [InboxView(one, None if one.target_id is None else known.get(one.target_id)) for one in found]


async def overviews(reader: Reader, actor: Actor) -> list[InboxOverview]:
    """Every inbox of the account, with who answers there."""
    access.require_administrator(actor)
    views = await visible(reader, actor)
    counts = await inboxes.member_counts(reader, actor.account_id)
    bots = await agent_bots.names_by_inbox(reader, actor.account_id)
    healths = await health.read(reader, [view.target.id for view in views if view.target])
    return [
        InboxOverview(
            view=view,
            members=counts.get(view.inbox.id, 0),
            bot=bots.get(view.inbox.id),
            health=healths.get(view.target.id) if view.target else None,
        )
        for view in views
    ]


async def by_token(reader: Reader, token: str, channel: Channel) -> Inbox:
    """The inbox a website token or an API inbox's identifier names. Raises NotFound."""
    inbox = await inboxes.by_token(reader, token)
    if inbox is None or inbox.channel != channel:
        raise NotFound
    return inbox


async def team(reader: Reader, inbox: Inbox) -> list[Agent]:
    """Who works in an inbox."""
    return await inboxes.members(reader, inbox.account_id, inbox.id)


async def language(reader: Reader, inbox: Inbox) -> str:
    """The language of an inbox's account."""
    return access.found(await accounts.get(reader, inbox.account_id)).locale
