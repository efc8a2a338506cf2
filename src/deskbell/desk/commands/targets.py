"""Targets: what all that is delivered to has in common, whether a webhook's, an agent bot's or an API inbox's."""

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.desk import owners
from deskbell.desk.actor import Actor
from deskbell.desk.commands import audit
from deskbell.desk.rules import audits, fields, secrets, subscriptions
from deskbell.desk.rules.fields import Problems
from deskbell.kit.errors import Invalid
from deskbell.model.account import PayloadFormat
from deskbell.model.audit import AuditedType
from deskbell.model.webhook import SET_BY_ADMINISTRATOR, Address, Signature, Target, TargetKind, TargetStatus
from deskbell.store import accounts, health, lanes, replays, targets
from deskbell.store.database import Unit

AUDITED: dict[TargetKind, AuditedType] = {
    "webhook": "Webhook",
    "agent_bot": "AgentBot",
    "api_inbox": "Inbox",
}


class TargetChanges(Struct, frozen=True, kw_only=True):
    """What a request says about how something is delivered to; UNSET where it says nothing."""

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


TERMS = tuple(name for name in TargetChanges.__struct_fields__ if name != "refused")
"""What only something with an address has."""


def check(changes: TargetChanges, problems: Problems) -> None:
    """Name every term that is wrong."""
    subscriptions.check_headers(fields.given(changes.headers, {}), problems)
    subscriptions.check_secret(fields.given(changes.secret, None), problems)
    subscriptions.check_terms(
        fields.given(changes.schedule, None),
        fields.given(changes.timeout, None),
        fields.given(changes.concurrency, None),
        problems,
    )
    if fields.given(changes.status, "enabled") == "deleted":
        problems.add("status", "should be enabled, paused or disabled")


def check_unaddressed(changes: TargetChanges, url: str, problems: Problems) -> None:
    """Terms are of no use without an address, which its owner calls `url`: name every one that is given."""
    for term in TERMS:
        if getattr(changes, term) not in (UNSET, None, {}, []):
            problems.add(term, f"needs {url}")


def spoken(changes: TargetChanges) -> bool:
    """Whether any term is given."""
    return any(getattr(changes, term) is not UNSET for term in TERMS)


async def add(unit: Unit, actor: Actor, kind: TargetKind, address: Address, changes: TargetChanges) -> int:
    """Make a target of checked terms; its secret is made unless one is given. Answers its id."""
    account = await accounts.get(unit, actor.account_id)
    assert account is not None, "the actor's account exists"
    target_id = await targets.add(
        unit,
        actor.account_id,
        kind,
        address=address,
        secret=fields.given(changes.secret, None) or secrets.made(fields.given(changes.signature, "hmac")),
        payload_format=fields.given(changes.payload_format, account.default_payload_format),
        headers=fields.given(changes.headers, {}),
        schedule=fields.given(changes.schedule, None),
        timeout=fields.given(changes.timeout, None),
        concurrency=fields.given(changes.concurrency, None),
    )
    if not isinstance(changes.status, UnsetType) and changes.status != "enabled":
        await targets.set_status(unit, target_id, changes.status, SET_BY_ADMINISTRATOR)
    return target_id


async def change(unit: Unit, before: Target, given: Address | UnsetType, changes: TargetChanges) -> None:
    """Change a locked target. What waits is sent to the address it has then, in the format it has then.

    Enabling it, or giving it another address, begins anew: its failures are forgotten, and what waited for a retry goes out now.
    """
    address = Address(before.url, before.credentials)
    if not isinstance(given, UnsetType):
        address = subscriptions.address(address, given)
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


async def drop(unit: Unit, target_id: int, reason: str) -> None:
    """Let go of a target: what still waited for it is not sent any more."""
    await replays.cancel_all(unit, target_id)  # first: a replay's step holds it while it takes the target
    await health.lock(unit, [target_id])
    await targets.lock(unit, target_id)
    await targets.set_status(unit, target_id, "deleted", reason)


async def rotate_secret(
    unit: Unit,
    actor: Actor,
    owner_id: int,
    *,
    signature: Signature | None = None,
    overlap_hours: float = secrets.OVERLAP_HOURS,
    kind: TargetKind = "webhook",
) -> None:
    """Make a new secret, of the kind there is or another; the old one signs beside it for a while. Raises Invalid."""
    before = await owners.lock_target(unit, actor, owner_id, kind)
    if not 0 <= overlap_hours <= secrets.LONGEST_OVERLAP_HOURS:
        raise Invalid({"overlap_hours": f"should be from 0 to {secrets.LONGEST_OVERLAP_HOURS}"})
    fresh = secrets.made(signature or before.signature)
    await targets.update(unit, before, secrets.rotated(before, fresh, unit.now, overlap_hours))
    told = ({"secret": audits.Hidden(before.secret)}, {"secret": audits.Hidden(fresh)})
    await audit.updated(unit, actor, (AUDITED[kind], owner_id), *told)


async def skip_backlog(unit: Unit, actor: Actor, owner_id: int, kind: TargetKind = "webhook") -> None:
    """Let go of everything that waits: it is marked skipped, and can be replayed. In-flight deliveries end as usual."""
    await lanes.skip(unit, (await owners.lock_target(unit, actor, owner_id, kind)).id)
    await audit.note(unit, actor, "update", (AUDITED[kind], owner_id), {"backlog": [None, "skipped"]})


def _new_secret(before: Target, changes: TargetChanges) -> str | None:
    """The secret a request brings or asks for; None where it leaves the one there is."""
    if isinstance(changes.secret, str) and changes.secret != before.secret:
        return changes.secret
    if not isinstance(changes.signature, UnsetType) and changes.signature != before.signature:
        return secrets.made(changes.signature)
    return None


def _reason(status: TargetStatus) -> str | None:
    return None if status == "enabled" else SET_BY_ADMINISTRATOR
