"""A label: a word teams sort conversations and contacts by."""

from msgspec import Struct

COLOR = "#1f93ff"


class Label(Struct, frozen=True, kw_only=True):
    """What an account says about one title. Conversations and contacts carry the title itself."""

    id: int
    account_id: int
    title: str
    description: str | None
    color: str
    show_on_sidebar: bool
    created_at: int
    updated_at: int
