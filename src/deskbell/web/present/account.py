"""Accounts, as answers show them."""

from typing import Any

from typing_extensions import TypedDict

from deskbell.kit.clock import iso
from deskbell.model.account import ATTRIBUTES, Account


class AccountJSON(TypedDict):
    id: int
    name: str
    locale: str
    domain: str | None
    support_email: str | None
    status: str
    default_payload_format: str
    created_at: str
    cache_keys: dict[str, Any]
    features: dict[str, Any]
    settings: dict[str, Any]
    custom_attributes: dict[str, Any]


def account(one: Account) -> AccountJSON:
    return {
        "id": one.id,
        "name": one.name,
        "locale": one.locale,
        "domain": one.domain,
        "support_email": one.support_email,
        "status": one.status,
        "default_payload_format": one.default_payload_format,
        "created_at": iso(one.created_at),
        "cache_keys": {},
        "features": {},
        "settings": {name: value for name, value in one.settings.items() if name != ATTRIBUTES},
        "custom_attributes": one.settings.get(ATTRIBUTES, {}),
    }
