"""An inbox: the place a channel's conversations arrive at."""

from typing import Any, Literal

from msgspec import Struct, field

Channel = Literal["Channel::WebWidget", "Channel::Api"]


class InboxSettings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an administrator may set; names as in the reference's API."""

    greeting_enabled: bool = False
    greeting_message: str | None = None
    enable_email_collect: bool = True
    csat_survey_enabled: bool = False
    enable_auto_assignment: bool = True
    working_hours_enabled: bool = False
    out_of_office_message: str | None = None
    timezone: str = "UTC"
    allow_messages_after_resolved: bool = True
    lock_to_single_conversation: bool = False
    sender_name_type: str = "friendly"
    business_name: str | None = None
    # live-chat widget
    website_url: str | None = None
    widget_color: str = "#1f93ff"
    welcome_title: str | None = None
    welcome_tagline: str | None = None
    reply_time: str = "in_a_few_minutes"
    allowed_domains: str = ""
    pre_chat_form_enabled: bool = False
    pre_chat_form_options: dict[str, Any] = {}
    selected_feature_flags: list[str] = field(
        default_factory=lambda: ["attachments", "emoji_picker", "end_conversation"]
    )
    continuity_via_email: bool = True
    # API channel
    additional_attributes: dict[str, Any] = {}


class Inbox(Struct, frozen=True, kw_only=True):
    """`token` names the inbox to the outside: a website token, or an API inbox's identifier."""

    id: int
    account_id: int
    name: str
    channel: Channel
    token: str
    hmac_token: str
    hmac_mandatory: bool
    avatar_url: str
    settings: InboxSettings
    target_id: int | None
    webhook_url: str | None
    secret: str | None
    created_at: int
    updated_at: int
