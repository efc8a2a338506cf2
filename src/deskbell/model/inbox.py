"""An inbox: the place a channel's conversations arrive at."""

from typing import Any, Literal

from msgspec import Struct, field

Channel = Literal["Channel::WebWidget", "Channel::Api"]


class WorkingDay(Struct, frozen=True, kw_only=True):
    """When an inbox is open on one day of the week, from Sunday (0) on."""

    day_of_week: int
    closed_all_day: bool = False
    open_hour: int | None = None
    open_minutes: int | None = None
    close_hour: int | None = None
    close_minutes: int | None = None
    open_all_day: bool = False


def _nine_to_five(day: int) -> WorkingDay:
    return WorkingDay(day_of_week=day, open_hour=9, open_minutes=0, close_hour=17, close_minutes=0)


USUAL_WEEK: tuple[WorkingDay, ...] = (
    WorkingDay(day_of_week=0, closed_all_day=True),
    *(_nine_to_five(day) for day in range(1, 6)),
    WorkingDay(day_of_week=6, closed_all_day=True),
)


class InboxSettings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an administrator may set; names as in the reference's API."""

    greeting_enabled: bool = False
    greeting_message: str | None = None
    enable_email_collect: bool = True
    csat_survey_enabled: bool = False
    csat_config: dict[str, Any] = {}
    enable_auto_assignment: bool = True
    auto_assignment_config: dict[str, Any] = {}
    working_hours_enabled: bool = False
    working_hours: tuple[WorkingDay, ...] = USUAL_WEEK
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
    created_at: int
    updated_at: int
