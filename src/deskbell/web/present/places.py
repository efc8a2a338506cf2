"""Inboxes and webhooks, as answers show them."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from deskbell.delivery.signing import public_key
from deskbell.desk.queries.agent_bots import BotView
from deskbell.desk.queries.inboxes import InboxView
from deskbell.kit.clock import iso
from deskbell.model.inbox import InboxSettings
from deskbell.model.webhook import Target, Webhook


class WorkingDayJSON(TypedDict):
    day_of_week: int
    closed_all_day: bool
    open_hour: int | None
    open_minutes: int | None
    close_hour: int | None
    close_minutes: int | None
    open_all_day: bool


class InboxJSON(TypedDict):
    id: int
    avatar_url: str
    channel_id: int
    name: str
    channel_type: str
    greeting_enabled: bool
    greeting_message: str | None
    working_hours_enabled: bool
    working_hours: list[WorkingDayJSON]
    csat_config: dict[str, Any]
    auto_assignment_config: dict[str, Any]
    enable_email_collect: bool
    csat_survey_enabled: bool
    enable_auto_assignment: bool
    out_of_office_message: str | None
    timezone: str
    allow_messages_after_resolved: bool
    lock_to_single_conversation: bool
    sender_name_type: str
    business_name: str | None
    hmac_mandatory: bool
    hmac_token: NotRequired[str]
    website_url: NotRequired[str]
    website_token: NotRequired[str]
    widget_color: NotRequired[str]
    welcome_title: NotRequired[str | None]
    welcome_tagline: NotRequired[str | None]
    web_widget_script: NotRequired[str]
    reply_time: NotRequired[str]
    allowed_domains: NotRequired[str]
    selected_feature_flags: NotRequired[list[str]]
    pre_chat_form_enabled: NotRequired[bool]
    pre_chat_form_options: NotRequired[dict[str, Any]]
    continuity_via_email: NotRequired[bool]
    callback_webhook_url: NotRequired[str | None]
    webhook_url: NotRequired[str | None]
    inbox_identifier: NotRequired[str]
    additional_attributes: NotRequired[dict[str, Any]]
    payload_format: NotRequired[str | None]
    headers: NotRequired[dict[str, str]]
    signature: NotRequired[str | None]
    secret: NotRequired[str | None]
    public_key: NotRequired[str | None]
    previous_secret_until: NotRequired[str | None]
    schedule: NotRequired[list[int] | None]
    timeout: NotRequired[float | None]
    concurrency: NotRequired[int | None]
    status: NotRequired[str | None]
    status_reason: NotRequired[str | None]


class WebhookInboxJSON(TypedDict):
    id: int
    name: str


class WebhookJSON(TypedDict):
    id: int
    name: str | None
    url: str
    account_id: int
    subscriptions: list[str]
    secret: str | None
    public_key: str | None
    previous_secret_until: str | None
    schedule: list[int] | None
    timeout: float | None
    concurrency: int | None
    inbox_ids: list[int]
    include_private: bool
    payload_format: str
    headers: dict[str, str]
    signature: str
    status: str
    status_reason: str | None
    inbox: NotRequired[WebhookInboxJSON]


class BotJSON(TypedDict):
    id: int
    name: str
    description: str
    thumbnail: str
    avatar_url: str
    outgoing_url: str | None
    bot_type: str
    bot_config: dict[str, Any]
    account_id: int
    system_bot: bool
    payload_format: str | None
    signature: str | None
    status: str | None
    status_reason: str | None
    access_token: NotRequired[str | None]
    secret: NotRequired[str | None]
    public_key: NotRequired[str | None]
    previous_secret_until: NotRequired[str | None]
    headers: NotRequired[dict[str, str]]
    schedule: NotRequired[list[int] | None]
    timeout: NotRequired[float | None]
    concurrency: NotRequired[int | None]


_SNIPPET = """<script>
  (function (d, t) {{
    var g = d.createElement(t), s = d.getElementsByTagName(t)[0];
    g.src = "{base}/packs/js/sdk.js"; g.defer = true; g.async = true;
    s.parentNode.insertBefore(g, s);
    g.onload = function () {{ window.deskbellSDK.run({{ websiteToken: "{token}", baseUrl: "{base}" }}); }};
  }})(document, "script");
</script>"""


def inbox(view: InboxView, base_url: str, *, with_secrets: bool) -> InboxJSON:
    """`with_secrets` for administrators only."""
    one, settings = view.inbox, view.inbox.settings
    shown: InboxJSON = {
        "id": one.id,
        "avatar_url": one.avatar_url,
        "channel_id": one.id,
        "name": one.name,
        "channel_type": one.channel,
        "greeting_enabled": settings.greeting_enabled,
        "greeting_message": settings.greeting_message,
        "working_hours_enabled": settings.working_hours_enabled,
        "working_hours": working_hours(settings),
        "csat_config": settings.csat_config,
        "auto_assignment_config": settings.auto_assignment_config,
        "enable_email_collect": settings.enable_email_collect,
        "csat_survey_enabled": settings.csat_survey_enabled,
        "enable_auto_assignment": settings.enable_auto_assignment,
        "out_of_office_message": settings.out_of_office_message,
        "timezone": settings.timezone,
        "allow_messages_after_resolved": settings.allow_messages_after_resolved,
        "lock_to_single_conversation": settings.lock_to_single_conversation,
        "sender_name_type": settings.sender_name_type,
        "business_name": settings.business_name,
        "hmac_mandatory": one.hmac_mandatory,
    }
    if with_secrets:
        shown["hmac_token"] = one.hmac_token
    if one.channel == "Channel::WebWidget":
        shown["website_url"] = settings.website_url or ""
        shown["callback_webhook_url"] = None
        shown["website_token"] = one.token
        shown["widget_color"] = settings.widget_color
        shown["welcome_title"] = settings.welcome_title
        shown["welcome_tagline"] = settings.welcome_tagline
        shown["web_widget_script"] = _SNIPPET.format(base=base_url, token=one.token)
        shown["reply_time"] = settings.reply_time
        shown["allowed_domains"] = settings.allowed_domains
        shown["selected_feature_flags"] = settings.selected_feature_flags
        shown["pre_chat_form_enabled"] = settings.pre_chat_form_enabled
        shown["pre_chat_form_options"] = settings.pre_chat_form_options
        shown["continuity_via_email"] = settings.continuity_via_email
    else:
        shown["webhook_url"] = shown["callback_webhook_url"] = one.webhook_url
        shown["inbox_identifier"] = one.token
        shown["additional_attributes"] = settings.additional_attributes
        if with_secrets:
            _show_terms(shown, view.target)
    return shown


def _show_terms(shown: InboxJSON | BotJSON, target: Target | None) -> None:
    """How something is delivered to, for those who may see what is secret."""
    shown["payload_format"] = target.payload_format if target else None
    shown["headers"] = target.headers if target else {}
    shown["signature"] = target.signature if target else None
    shown["secret"] = target.secret if target and target.signature == "hmac" else None
    shown["public_key"] = public_key(target.secret) if target else None
    shown["previous_secret_until"] = _moment(target.previous_until) if target else None
    shown["schedule"] = target.schedule if target else None
    shown["timeout"] = target.timeout if target else None
    shown["concurrency"] = target.concurrency if target else None
    shown["status"] = target.status if target else None
    shown["status_reason"] = target.status_reason if target else None


def working_hours(settings: InboxSettings) -> list[WorkingDayJSON]:
    return [
        {
            "day_of_week": day.day_of_week,
            "closed_all_day": day.closed_all_day,
            "open_hour": day.open_hour,
            "open_minutes": day.open_minutes,
            "close_hour": day.close_hour,
            "close_minutes": day.close_minutes,
            "open_all_day": day.open_all_day,
        }
        for day in settings.working_hours
    ]


def webhook(one: Webhook) -> WebhookJSON:
    return {
        "id": one.id,
        "name": one.name,
        "url": one.target.url,
        "account_id": one.account_id,
        "subscriptions": one.subscriptions,
        "secret": None if one.target.signature == "ed25519" else one.target.secret,
        "public_key": public_key(one.target.secret),
        "previous_secret_until": iso(one.target.previous_until) if one.target.previous_until else None,
        "schedule": one.target.schedule,
        "timeout": one.target.timeout,
        "concurrency": one.target.concurrency,
        "inbox_ids": one.inbox_ids,
        "include_private": one.include_private,
        "payload_format": one.target.payload_format,
        "headers": one.target.headers,
        "signature": one.target.signature,
        "status": one.target.status,
        "status_reason": one.target.status_reason,
    }


def bot(view: BotView, *, with_secrets: bool) -> BotJSON:
    """`with_secrets` for administrators only."""
    one, target = view.bot, view.target
    shown: BotJSON = {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "thumbnail": one.avatar_url,
        "avatar_url": one.avatar_url,
        "outgoing_url": target.url if target else None,
        "bot_type": "webhook",
        "bot_config": one.bot_config,
        "account_id": one.account_id,
        "system_bot": False,
        "payload_format": target.payload_format if target else None,
        "signature": target.signature if target else None,
        "status": target.status if target else None,
        "status_reason": target.status_reason if target else None,
    }
    if with_secrets:
        shown["access_token"] = view.access_token
        _show_terms(shown, target)
    return shown


def _moment(at: int | None) -> str | None:
    return iso(at) if at is not None else None
