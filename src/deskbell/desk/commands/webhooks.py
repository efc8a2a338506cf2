"""Webhooks: create, change, delete."""

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import access
from deskbell.desk.actor import Actor
from deskbell.desk.rules import fields, secrets, subscriptions
from deskbell.desk.rules.fields import Problems
from deskbell.kit.errors import Invalid
from deskbell.model.account import PayloadFormat
from deskbell.model.webhook import Address, Signature, Target, TargetStatus, Webhook
from deskbell.store import accounts, health, inboxes, lanes, replays, targets, webhooks
from deskbell.store.database import Unit


class WebhookChanges(Struct, frozen=True, kw_only=True):
    """What a request says about a webhook; UNSET where it says nothing. The address was vetted before."""

    address: Address | UnsetType = UNSET
    name: str | None | UnsetType = UNSET
    subscriptions: list[str] | UnsetType = UNSET
    inbox_ids: list[int] | UnsetType = UNSET
    include_private: bool | UnsetType = UNSET
    payload_format: PayloadFormat | UnsetType = UNSET
    headers: dict[str, str] | UnsetType = UNSET
    secret: str | UnsetType = UNSET
    signature: Signature | UnsetType = UNSET
    schedule: list[int] | None | UnsetType = UNSET
    timeout: float | None | UnsetType = UNSET
    concurrency: int | None | UnsetType = UNSET
    status: TargetStatus | UnsetType = UNSET
    refused: dict[str, str] = {}
    """What was found wrong already, such as an address that may not be sent to; named together with the rest."""


async def create_webhook(unit: Unit, actor: Actor, changes: WebhookChanges) -> Webhook:
    """Create a webhook; its secret is made unless one is given. Raises Invalid naming every wrong field."""
    access.require_administrator(actor)
    await _check(unit, actor, changes, new=True)
    account = await accounts.get(unit, actor.account_id)
    assert account is not None, "the actor's account exists"
    assert not isinstance(changes.address, UnsetType), "a new webhook's address was checked"
    target_id = await targets.add(
        unit,
        actor.account_id,
        "webhook",
        address=changes.address,
        secret=fields.given(changes.secret, None) or secrets.made(fields.given(changes.signature, "hmac")),
        payload_format=fields.given(changes.payload_format, account.default_payload_format),
        headers=fields.given(changes.headers, {}),
        schedule=fields.given(changes.schedule, None),
        timeout=fields.given(changes.timeout, None),
        concurrency=fields.given(changes.concurrency, None),
    )
    webhook_id = await webhooks.add(
        unit,
        actor.account_id,
        target_id,
        name=fields.given(changes.name, None),
        subscriptions=fields.given(changes.subscriptions, []),
        inbox_ids=fields.given(changes.inbox_ids, []),
        include_private=fields.given(changes.include_private, True),
    )
    if fields.given(changes.status, "enabled") != "enabled":
        await targets.set_status(unit, target_id, changes.status, "set by an administrator")  # type: ignore[arg-type]  # not UNSET here
    return await access.the_webhook(unit, actor, webhook_id)


async def update_webhook(unit: Unit, actor: Actor, webhook_id: int, changes: WebhookChanges) -> Webhook:
    """Change a webhook. What waits is sent to the address it has then, in the format it has then. Raises Invalid.

    Enabling it, or giving it another address, begins anew: its failures are forgotten, and what waited for a retry goes out now.
    """
    webhook = await access.lock_webhook(unit, actor, webhook_id)
    await _check(unit, actor, changes, new=False, target_id=webhook.target.id)
    before = webhook.target
    address = Address(before.url, before.credentials)
    if not isinstance(changes.address, UnsetType):
        address = subscriptions.address(address, changes.address)
    status = fields.given(changes.status, before.status)
    after = replace(
        before,
        url=address.url,
        credentials=address.credentials,
        payload_format=fields.given(changes.payload_format, before.payload_format),
        headers=fields.given(changes.headers, before.headers),
        schedule=fields.given(changes.schedule, before.schedule),
        timeout=fields.given(changes.timeout, before.timeout),
        concurrency=fields.given(changes.concurrency, before.concurrency),
        status=status,
        status_reason=before.status_reason if status == before.status else _reason(status),
    )
    secret = _new_secret(before, changes)
    if secret is not None:
        after = secrets.rotated(after, secret, unit.now)
    mended = after.status == "enabled" and (before.status != "enabled" or after.url != before.url)
    if mended:
        await health.forgive(unit, before.id)
    await targets.update(unit, before, after)
    if mended:
        await lanes.hurry(unit, before.id)
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
    return await access.the_webhook(unit, actor, webhook_id)


async def rotate_secret(
    unit: Unit,
    actor: Actor,
    webhook_id: int,
    *,
    signature: Signature | None = None,
    overlap_hours: float = secrets.OVERLAP_HOURS,
) -> Webhook:
    """Make a new secret, of the kind there is or another; the old one signs beside it for a while. Raises Invalid."""
    webhook = await access.lock_webhook(unit, actor, webhook_id)
    if not 0 <= overlap_hours <= secrets.LONGEST_OVERLAP_HOURS:
        raise Invalid({"overlap_hours": f"should be from 0 to {secrets.LONGEST_OVERLAP_HOURS}"})
    before = webhook.target
    fresh = secrets.made(signature or before.signature)
    await targets.update(unit, before, secrets.rotated(before, fresh, unit.now, overlap_hours))
    return await access.the_webhook(unit, actor, webhook_id)


async def skip_backlog(unit: Unit, actor: Actor, webhook_id: int) -> None:
    """Let go of everything that waits for the webhook: it is marked skipped, and can be replayed. In-flight deliveries end as usual."""
    webhook = await access.lock_webhook(unit, actor, webhook_id)
    await lanes.skip(unit, webhook.target.id)


async def delete_webhook(unit: Unit, actor: Actor, webhook_id: int) -> None:
    """Delete a webhook. What still waited for it is not sent any more."""
    target_id = (await access.the_webhook(unit, actor, webhook_id)).target.id
    await replays.cancel_all(unit, target_id)  # first: a replay's step holds it while it takes the target
    webhook = await access.lock_webhook(unit, actor, webhook_id)
    await targets.set_status(unit, webhook.target.id, "deleted", "the webhook was deleted")
    await webhooks.delete(unit, webhook.id)


async def _check(unit: Unit, actor: Actor, changes: WebhookChanges, *, new: bool, target_id: int = 0) -> None:
    problems = Problems(changes.refused)
    fields.name(fields.given(changes.name, None), problems, required=False)
    subscriptions.check_names(fields.given(changes.subscriptions, [] if new else None), problems)
    subscriptions.check_headers(fields.given(changes.headers, {}), problems)
    subscriptions.check_secret(fields.given(changes.secret, None), problems)
    subscriptions.check_terms(
        fields.given(changes.schedule, None),
        fields.given(changes.timeout, None),
        fields.given(changes.concurrency, None),
        problems,
    )
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
    if fields.given(changes.status, "enabled") == "deleted":
        raise Invalid({"status": "should be enabled, paused or disabled"})
    problems.raise_any()


def _new_secret(before: Target, changes: WebhookChanges) -> str | None:
    """The secret a request brings or asks for; None where it leaves the one there is."""
    if isinstance(changes.secret, str) and changes.secret != before.secret:
        return changes.secret
    if not isinstance(changes.signature, UnsetType) and changes.signature != before.signature:
        return secrets.made(changes.signature)
    return None


def _reason(status: TargetStatus) -> str | None:
    return None if status == "enabled" else "set by an administrator"
