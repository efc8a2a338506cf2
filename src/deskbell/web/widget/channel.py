"""What a widget needs to know of its inbox, before anybody has acted."""

from typing import Annotated, Any

from fastapi import Query
from typing_extensions import TypedDict

from deskbell.config import Settings
from deskbell.desk.rules import opening
from deskbell.kit.clock import unix
from deskbell.model.inbox import Inbox
from deskbell.web.present.places import WorkingDayJSON, working_hours

Locale = Annotated[str | None, Query(max_length=35)]


class WebsiteChannelJSON(TypedDict):
    website_token: str
    website_name: str
    avatar_url: str
    locale: str
    widget_color: str
    welcome_title: str | None
    welcome_tagline: str | None
    reply_time: str
    enabled_features: list[str]
    pre_chat_form_enabled: bool
    pre_chat_form_options: dict[str, Any]
    working_hours_enabled: bool
    working_hours: list[WorkingDayJSON]
    opens_at: int | None
    out_of_office_message: str | None
    timezone: str
    allow_messages_after_resolved: bool
    csat_survey_enabled: bool
    max_attachment_bytes: int


class OpenedChannelJSON(WebsiteChannelJSON):
    auth_token: str


def channel(inbox: Inbox, language: str, server: Settings, now: int | None = None) -> WebsiteChannelJSON:
    """The inbox as its widget shows it, in the visitor's language or else the account's; `now` tells when it opens again."""
    settings = inbox.settings
    opens_at = None if now is None else opening.opens_at(settings, now)
    return {
        "website_token": inbox.token,
        "website_name": inbox.name,
        "avatar_url": inbox.avatar_url,
        "locale": language,
        "widget_color": settings.widget_color,
        "welcome_title": settings.welcome_title,
        "welcome_tagline": settings.welcome_tagline,
        "reply_time": settings.reply_time,
        "enabled_features": settings.selected_feature_flags,
        "pre_chat_form_enabled": settings.pre_chat_form_enabled,
        "pre_chat_form_options": settings.pre_chat_form_options,
        "working_hours_enabled": settings.working_hours_enabled,
        "working_hours": working_hours(settings),
        "opens_at": None if opens_at is None else unix(opens_at),
        "out_of_office_message": settings.out_of_office_message,
        "timezone": settings.timezone,
        "allow_messages_after_resolved": settings.allow_messages_after_resolved,
        "csat_survey_enabled": settings.csat_survey_enabled,
        "max_attachment_bytes": server.max_upload_bytes,
    }
