"""How content a contact was with a conversation."""

from msgspec import Struct

URL = "csat_survey_url"
"""Where a survey's content_attributes name its page, for channels that cannot show the survey itself."""


class SurveyResponse(Struct, frozen=True, kw_only=True):
    id: int
    account_id: int
    conversation_id: int
    conversation_number: int
    message_id: int
    assigned_agent_id: int | None
    rating: int
    feedback_message: str | None
    created_at: int
    updated_at: int
