"""Webhooks: create, change, delete."""

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.commands import targets as target_commands
from deskbell.desk.commands.targets import TargetChanges, skip_backlog
from deskbell.desk.rules import audits, fields, secrets, subscriptions
from deskbell.desk.rules.fields import Problems
from deskbell.model.webhook import Address, Signature, Webhook
from deskbell.store import inboxes, replays, targets, webhooks
from deskbell.store.database import Unit

__all__ = ["skip_backlog"]


class WebhookChanges(TargetChanges, frozen=True, kw_only=True):
    """What a request says about a webhook; UNSET where it says nothing. The address was vetted before."""

    address: Address | UnsetType = UNSET
    name: str | None | UnsetType = UNSET
    subscriptions: list[str] | UnsetType = UNSET
    inbox_ids: list[int] | UnsetType = UNSET
    include_private: bool | UnsetType = UNSET


async def create_webhook(unit: Unit, actor: Actor, changes: WebhookChanges) -> Webhook:
    """Create a webhook; its secret is made unless one is given. Raises Invalid naming every wrong field."""
    access.require_administrator(actor)
    await _check(unit, actor, changes, new=True)
    assert not isinstance(changes.address, UnsetType), "a new webhook's address was checked"
    target_id = await target_commands.add(unit, actor, "webhook", changes.address, changes)
    webhook_id = await webhooks.add(
        unit,
        actor.account_id,
        target_id,
        name=fields.given(changes.name, None),
        subscriptions=fields.given(changes.subscriptions, []),
        inbox_ids=fields.given(changes.inbox_ids, []),
        include_private=fields.given(changes.include_private, True),
    )
    made = await access.the_webhook(unit, actor, webhook_id)
    await audit.created(unit, actor, ("Webhook", webhook_id), audits.webhook(made))
    return made


async def update_webhook(unit: Unit, actor: Actor, webhook_id: int, changes: WebhookChanges) -> Webhook:
    """Change a webhook and how it is delivered to. Raises Invalid."""
    webhook = await access.lock_webhook(unit, actor, webhook_id)
    await _check(unit, actor, changes, new=False, target_id=webhook.target.id)
    await target_commands.change(unit, webhook.target, changes.address, changes)
    await webhooks.update(
        unit,
        replace(
            webhook,
            name=fields.given(changes.name, webhook.name),
            subscriptions=fields.given(changes.subscriptions, webhook.subscriptions),
            inbox_ids=fields.given(changes.inbox_ids, webhook.inbox_ids),
            include_private=fields.given(changes.include_private, webhook.include_private),
        ),
    )
    after = await access.the_webhook(unit, actor, webhook_id)
    await audit.updated(unit, actor, ("Webhook", webhook_id), audits.webhook(webhook), audits.webhook(after))
    return after


async def rotate_secret(
    unit: Unit,
    actor: Actor,
    webhook_id: int,
    *,
    signature: Signature | None = None,
    overlap_hours: float = secrets.OVERLAP_HOURS,
) -> Webhook:
    """Make a new secret; the old one signs beside it for a while. Raises Invalid."""
    await target_commands.rotate_secret(
        unit, actor, webhook_id, signature=signature, overlap_hours=overlap_hours
    )
    return await access.the_webhook(unit, actor, webhook_id)


async def delete_webhook(unit: Unit, actor: Actor, webhook_id: int) -> None:
    """Delete a webhook. What still waited for it is not sent any more."""
    target_id = (await access.the_webhook(unit, actor, webhook_id)).target.id
    await replays.cancel_all(unit, target_id)  # first: a replay's step holds it while it takes the target
    webhook = await access.lock_webhook(unit, actor, webhook_id)
    await targets.set_status(unit, webhook.target.id, "deleted", "the webhook was deleted")
    await webhooks.delete(unit, webhook.id)
    await audit.destroyed(unit, actor, ("Webhook", webhook.id), audits.webhook(webhook))


async def _check(unit: Unit, actor: Actor, changes: WebhookChanges, *, new: bool, target_id: int = 0) -> None:
    problems = Problems(changes.refused)
    fields.name(fields.given(changes.name, None), problems, required=False)
    subscriptions.check_names(fields.given(changes.subscriptions, [] if new else None), problems)
    target_commands.check(changes, problems)
    if isinstance(changes.address, UnsetType):
        if new:
            problems.add("url", "can't be blank")
    elif await targets.url_taken(unit, actor.account_id, changes.address.url, but=target_id):
        problems.add("url", "has already been taken")
    wanted = fields.given(changes.inbox_ids, [])
    strangers = set(wanted) - await inboxes.known(unit, actor.account_id, wanted) if wanted else set()
    if strangers:
        problems.add(
            "inbox_ids", f"are not inboxes of this account: {', '.join(map(str, sorted(strangers)))}"
        )
    problems.raise_any()
