"""Surveys and their answers, as answers show them."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from deskbell.desk.queries.surveys import Metrics, ResponseView, SurveyView
from deskbell.desk.rules import surveys as rules
from deskbell.kit.clock import iso, unix
from deskbell.web.present import people
from deskbell.web.present.people import AgentJSON, ContactJSON


class SurveyResponseJSON(TypedDict):
    id: int
    rating: int
    feedback_message: str | None
    account_id: int
    message_id: int
    contact: ContactJSON
    conversation_id: int
    assigned_agent: NotRequired[AgentJSON]
    created_at: int


class SurveyMetricsJSON(TypedDict):
    total_count: int
    ratings_count: dict[str, int]
    total_sent_messages_count: int


class OwnResponseJSON(TypedDict):
    id: int
    conversation_id: int
    message_id: int
    rating: int
    feedback_message: str | None
    created_at: str
    updated_at: str


class SurveyJSON(TypedDict):
    id: int
    csat_survey_response: OwnResponseJSON | None
    inbox_avatar_url: str
    inbox_name: str
    locale: str
    conversation_id: int
    created_at: str
    content: str | None
    display_type: Any


def response(view: ResponseView) -> SurveyResponseJSON:
    one = view.response
    shown: SurveyResponseJSON = {
        "id": one.id,
        "rating": one.rating,
        "feedback_message": one.feedback_message,
        "account_id": one.account_id,
        "message_id": one.message_id,
        "contact": people.contact(view.contact),
        "conversation_id": one.conversation_number,
        "created_at": unix(one.created_at),
    }
    if view.agent is not None:
        shown["assigned_agent"] = people.agent(view.agent)
    return shown


def metrics(found: Metrics) -> SurveyMetricsJSON:
    return {
        "total_count": sum(found.ratings.values()),
        "ratings_count": {str(rating): count for rating, count in found.ratings.items()},
        "total_sent_messages_count": found.sent,
    }


def survey(view: SurveyView) -> SurveyJSON:
    """What the contact may know: not who is asked about."""
    given = view.response
    return {
        "id": view.question.id,
        "csat_survey_response": None
        if given is None
        else {
            "id": given.id,
            "conversation_id": given.conversation_number,
            "message_id": given.message_id,
            "rating": given.rating,
            "feedback_message": given.feedback_message,
            "created_at": iso(given.created_at),
            "updated_at": iso(given.updated_at),
        },
        "inbox_avatar_url": view.conversation.inbox.avatar_url,
        "inbox_name": view.conversation.inbox.settings.business_name or view.conversation.inbox.name,
        "locale": view.account.locale,
        "conversation_id": view.conversation.conversation.number,
        "created_at": iso(view.question.created_at),
        "content": view.question.content or rules.QUESTION,
        "display_type": view.question.content_attributes.get("display_type", "emoji"),
    }
