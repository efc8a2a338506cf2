"""Letters people ask for: to whom, how many, and by which server."""

from fastapi import Request

from deskbell.delivery.mail import Letter, Post
from deskbell.desk.queries.conversation_care import Transcript
from deskbell.desk.rules import fields, transcripts
from deskbell.desk.rules.fields import Problems
from deskbell.web.limits import Limits
from deskbell.web.services import Services


def post(services: Services) -> Post:
    """The mail server of the settings."""
    return Post(services.settings.smtp_url, services.settings.mail_from)


async def send_transcript(
    request: Request, services: Services, transcript: Transcript, email: str | None
) -> None:
    """Mail a conversation. Raises Invalid without a mail server or an address, TooManyRequests, Unavailable."""
    post(services).require("email")
    problems = Problems()
    to = fields.email(email, problems)
    if to is None:
        problems.add("email", "can't be blank")
    problems.raise_any()
    assert to is not None, "what is blank was told"
    limits: Limits = request.app.state.limits
    limits.require(limits.mail, f"account:{transcript.view.conversation.account_id}")
    letter = Letter(
        to=to,
        subject=transcripts.subject(transcript.view),
        text=transcripts.text(transcript.view, transcript.messages),
        at=services.clock.now(),
    )
    await post(services).send(letter)
