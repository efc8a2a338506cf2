"""Who works in an account: invite them, change what they are, let them go."""

from contextlib import suppress
from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import agents as commands
from deskbell.desk.queries import agents as queries
from deskbell.kit.errors import DeskbellError, Invalid, Unavailable
from deskbell.model.user import Agent, UserRole
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.entrance import letters
from deskbell.web.dashboard.entrance.signin import reset_link
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.mail import post

router = screen(f"{ACCOUNT}/settings/agents")

NOBODY = Form({})
TAKEN = "has already been taken"
HERE_ALREADY = "Somebody with this address works here already, or is invited."


@router.get("")
async def list_agents(request: Request, desk: TheOwnersDesk) -> Response:
    return await _page(request, desk)


@router.post("")
async def invite_agent(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """Who has a password already, in another account, is in at once, as by the API."""
    letters.limit(request, desk)
    link = ""
    try:
        async with desk.services.database.unit() as unit:
            agent = await commands.add_agent(
                unit, desk.actor, name=form.text("name"), email=form.text("email"), role=_role(form)
            )
            if await queries.needs_password(unit, desk.actor, agent.user.id):
                token = await commands.make_password_link(unit, desk.actor, agent.user.id)
                link = reset_link(desk.services.public_url, agent.user.email, token, first=True)
    except Invalid as wrong:
        return await _page(request, desk, 422, form=form, problems=_spoken(wrong))
    if link:
        return await _passed_on(request, desk, agent, link, first=True)
    with suppress(DeskbellError):  # they are in, whether a letter tells them or not
        await letters.tell_added(desk, agent.user.email)
    return go(request, desk.path("/settings/agents"), "Added. They sign in with the password they have.")


@router.post("/{user_id}/link")
async def make_link(user_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    """For whoever forgot their password, or lost the invitation: the one they had is void."""
    letters.limit(request, desk)
    async with desk.services.database.unit() as unit:
        first = user_id in {one.agent.user.id for one in await queries.pending_invitations(unit, desk.actor)}
        token = await commands.make_password_link(unit, desk.actor, user_id)
        agent = await queries.agent(unit, desk.actor, user_id)
    link = reset_link(desk.services.public_url, agent.user.email, token, first=first)
    return await _passed_on(request, desk, agent, link, first=first)


@router.post("/{invited_id}/withdraw")
async def withdraw_invitation(
    invited_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk
) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.withdraw_invitation(unit, desk.actor, invited_id)
    await _remove(desk, invited_id)
    return go(request, desk.path("/settings/agents"), "The invitation is withdrawn, its link void.")


@router.post("/{user_id}/role")
async def set_role(user_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.update_agent(unit, desk.actor, user_id, role=_role(form))
    return go(request, desk.path("/settings/agents"), "Saved.")


@router.post("/{user_id}/remove")
async def remove_agent(user_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    await _remove(desk, user_id)
    return go(request, desk.path("/settings/agents"), "They work here no more.")


async def _remove(desk: Desk, user_id: int) -> None:
    done = False
    while not done:  # their conversations are unassigned first, some in each unit
        async with desk.services.database.unit() as unit:
            done = await commands.remove_agent(unit, desk.actor, user_id)


async def _passed_on(request: Request, desk: Desk, agent: Agent, link: str, *, first: bool) -> Response:
    """By mail; where none is set up, or it is not taken, the link is shown on the page that answers, and nowhere again."""
    unsent = ""
    if post(desk.services).is_set_up:
        try:
            if first:
                await letters.invite(desk, agent.user.email, link)
            else:
                await letters.reset(desk.services, agent.user.email, link, "within three days")
            return go(request, desk.path("/settings/agents"), f"Mailed to {agent.user.email}.")
        except Invalid as refused:
            unsent = f"Their address {'; '.join(refused.fields.values())}."
        except Unavailable as away:
            unsent = away.message
    return await _page(request, desk, link=link, linked=agent, unsent=unsent)


def _spoken(wrong: Invalid) -> dict[str, str]:
    """As it is said to people: who is here already was not taken by anybody."""
    taken = {"email": HERE_ALREADY} if wrong.fields.get("email") == TAKEN else {}
    return wrong.fields | taken


def _role(form: Form) -> UserRole:
    return "administrator" if form.text("role") == "administrator" else "agent"


async def _page(request: Request, desk: Desk, status: int = 200, **values: Any) -> Response:
    async with desk.services.database.read() as reader:
        everybody = await queries.all_agents(reader, desk.actor)
        invited = await queries.pending_invitations(reader, desk.actor)
    waiting = {one.agent.user.id for one in invited}
    shown = {
        "agents": [one for one in everybody if one.user.id not in waiting],
        "invited": invited,
        "mailed": post(desk.services).is_set_up,
        "form": NOBODY,
        "link": "",
        "linked": None,
        "unsent": "",
    }
    return render(desk, request, "settings/agents.html", status, **shown | values)
