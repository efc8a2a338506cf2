"""What helps with writing: what to know before one answers, what is drafted, ready answers, whom to mention."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import conversations as commands
from deskbell.desk.commands import drafts
from deskbell.desk.queries import agents, canned_responses, conversation_care, conversations, teams
from deskbell.desk.rules import attachments, variables
from deskbell.model.conversation import ConversationView
from deskbell.store.database import Reader
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/conversations/{{number}}")


async def shown(reader: Reader, desk: Desk, view: ConversationView) -> dict[str, Any]:
    """What a composer begins with."""
    draft = await conversation_care.draft_of(reader, desk.actor, view.conversation.number)
    return notices(desk, view) | {
        "typed": draft or "",
        "as_note": False,
        "most_files": attachments.MOST,
        "largest_file": desk.services.settings.max_upload_bytes,
    }


def notices(desk: Desk, view: ConversationView) -> dict[str, Any]:
    """What to know before one answers."""
    name = view.contact.name or "The visitor"
    can_reply = view.can_reply(desk.services.clock.now())
    told = []
    if not can_reply:
        hours = view.inbox.settings.additional_attributes.get("agent_reply_time_window")
        told.append(
            f"{view.inbox.name} takes no reply any more, {hours} h after the contact's last message. You can still write a private note."
        )
    if view.contact.blocked:
        told.append(f"{name} is blocked: what they write opens nothing any more.")
    if view.conversation.status == "resolved":
        told.append("This conversation is resolved.")
    elif view.conversation.status == "pending":
        bot = view.assignee_bot.name if view.assignee_bot else "A bot"
        told.append(f"{bot} is in charge here. Open the conversation to take it over.")
    return {"notices": told, "can_reply": can_reply}


@router.get("/canned_responses")
async def list_canned_responses(number: PathId, request: Request, desk: TheDesk) -> Response:
    """All of them, ready to be put in: with what their variables stand for here."""
    async with desk.services.database.read() as reader:
        view = (await conversations.show(reader, desk.actor, number)).view
        found = await canned_responses.all_canned_responses(reader, desk.actor, None)
    values = variables.values(view.contact, view.conversation, view.inbox, desk.visit.profile.user)
    options = [
        {"key": one.short_code, "title": f"/{one.short_code}", "text": variables.fill(one.content, values)}
        for one in found
    ]
    return render(desk, request, "options.html", options=options)


@router.get("/mentions")
async def list_mentions(number: PathId, request: Request, desk: TheDesk) -> Response:
    """Whom a note may name: who may see this conversation, and teams."""
    async with desk.services.database.read() as reader:
        view = (await conversations.show(reader, desk.actor, number)).view
        people = await agents.assignable(reader, desk.actor, view.inbox.id)
        groups = await teams.all_teams(reader, desk.actor)
    options = [
        {
            "key": f"user/{one.user.id}",
            "title": one.user.available_name,
            "text": "Agent" if one.role == "agent" else "Administrator",
        }
        for one in people
        if one.user.id != desk.actor.id
    ]
    options += [
        {"key": f"team/{one.team.id}", "title": one.team.name, "text": "Everybody in this team"}
        for one in groups
    ]
    return render(desk, request, "options.html", options=options)


@router.post("/draft")
async def write_draft(number: PathId, request: Request, form: TheForm, desk: TheDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await drafts.write_draft(unit, desk.actor, number, form.text("content"))
    return _done(desk, request, number)


@router.post("/update_last_seen")
async def update_last_seen(number: PathId, request: Request, form: TheForm, desk: TheDesk) -> Response:
    """Somebody has the conversation before their eyes: a page that is only fetched says nothing of the kind."""
    async with desk.services.database.unit() as unit:
        await commands.mark_seen(unit, desk.actor, number)
    return _done(desk, request, number)


def _done(desk: Desk, request: Request, number: int) -> Response:
    """Nothing new to show."""
    return (
        Response(status_code=204)
        if is_fragment(request)
        else go(request, desk.path(f"/conversations/{number}"))
    )
