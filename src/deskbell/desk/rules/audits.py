"""What an audit shows of a thing: what people may read of it again, never a secret."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from deskbell.model.account import Account
from deskbell.model.agent_bot import AgentBot
from deskbell.model.attribute_definition import AttributeDefinition
from deskbell.model.canned_response import CannedResponse
from deskbell.model.contact import Contact
from deskbell.model.conversation import Conversation
from deskbell.model.inbox import Inbox
from deskbell.model.label import Label
from deskbell.model.team import Team
from deskbell.model.user import Agent
from deskbell.model.webhook import Target, Webhook

HIDDEN = "[hidden]"
Values = dict[str, Any]


class Hidden(Struct, frozen=True):
    """A value whose change is told, but not itself."""

    value: Any
    shown: str = HIDDEN


def shown(values: Values) -> Values:
    """What a thing that was made or deleted was like; what it did not have is left out."""
    return {name: _shown(value) for name, value in values.items() if _raw(value) not in (None, [], {}, "")}


def between(before: Values, after: Values) -> Values:
    """What differs, each with how it was and how it is."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: [_shown(before.get(name)), _shown(after.get(name))]
        for name in names
        if before.get(name) != after.get(name)
    }


def account(one: Account) -> Values:
    return {
        "name": one.name,
        "locale": one.locale,
        "domain": one.domain,
        "support_email": one.support_email,
        "status": one.status,
        "default_payload_format": one.default_payload_format,
        **{f"settings.{name}": value for name, value in one.settings.items()},
    }


def agent(one: Agent) -> Values:
    return {
        "user_id": one.user.id,
        "name": one.user.name,
        "email": one.user.email,
        "role": one.role,
        "availability": one.availability,
        "auto_offline": one.auto_offline,
    }


def inbox(one: Inbox, to: Target | None) -> Values:
    return {
        "name": one.name,
        "channel_type": one.channel,
        "avatar_url": one.avatar_url,
        "hmac_mandatory": one.hmac_mandatory,
        **(target("webhook_url", to) if to is not None else {}),
        **{name: msgspec.to_builtins(value) for name, value in asdict(one.settings).items()},
    }


def webhook(one: Webhook) -> Values:
    return {
        "name": one.name,
        "subscriptions": one.subscriptions,
        "inbox_ids": one.inbox_ids,
        "include_private": one.include_private,
        **target("url", one.target),
    }


def bot(one: AgentBot, to: Target | None) -> Values:
    return {
        "name": one.name,
        "description": one.description,
        "avatar_url": one.avatar_url,
        "bot_config": Hidden(one.bot_config),
        **(target("outgoing_url", to) if to is not None else {}),
    }


def target(url: str, one: Target) -> Values:
    """How something is delivered to; `url` is what its owner calls the address."""
    return {
        url: _address(one.url),
        "credentials": Hidden(one.credentials),
        "secret": Hidden(one.secret),
        "headers": Hidden(one.headers, shown=", ".join(sorted(one.headers))),
        "payload_format": one.payload_format,
        "schedule": one.schedule,
        "timeout": one.timeout,
        "concurrency": one.concurrency,
        "status": one.status,
    }


def team(one: Team) -> Values:
    return {
        "name": one.name,
        "description": one.description,
        "allow_auto_assign": one.allow_auto_assign,
    }


def label(one: Label) -> Values:
    return {
        "title": one.title,
        "description": one.description,
        "color": one.color,
        "show_on_sidebar": one.show_on_sidebar,
    }


def canned_response(one: CannedResponse) -> Values:
    return {"short_code": one.short_code, "content": one.content}


def definition(one: AttributeDefinition) -> Values:
    return {
        "attribute_key": one.key,
        "attribute_model": one.model,
        "attribute_display_name": one.name,
        "attribute_display_type": one.display_type,
        "attribute_description": one.description,
        "attribute_values": one.allowed_values,
        "default_value": one.default_value,
        "regex_pattern": one.pattern,
        "regex_cue": one.cue,
    }


def contact(one: Contact) -> Values:
    """Who a deleted contact was; who is deleted may not want to be kept here: only the name."""
    return {"name": one.name}


def conversation(one: Conversation) -> Values:
    return {
        "display_id": one.number,
        "inbox_id": one.inbox_id,
        "contact_id": one.contact_id,
        "status": one.status,
    }


def _address(url: str | None) -> Hidden:
    """Of an address the host is shown: paths of receivers often hold secrets."""
    if url is None:
        return Hidden(None, shown="")
    parts = urlsplit(url)
    return Hidden(url, shown=f"{parts.scheme}://{parts.hostname or ''}/…")


def _raw(value: Any) -> Any:
    return value.value if isinstance(value, Hidden) else value


def _shown(value: Any) -> Any:
    if isinstance(value, Hidden):
        return None if value.value is None else value.shown
    return value
