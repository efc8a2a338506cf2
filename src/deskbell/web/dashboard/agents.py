"""Who works in an account: invite them, change what they are, let them go."""

from typing import Any

from fastapi import Request, Response

from deskbell.desk.commands import agents as commands
from deskbell.desk.queries import agents as queries
from deskbell.kit.errors import Invalid
from deskbell.model.user import UserRole
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import Desk, Form, TheForm, TheOwnersDesk
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.signin import reset_link

router = screen(f"{ACCOUNT}/settings/agents")

NOBODY = Form({})


@router.get("")
async def list_agents(request: Request, desk: TheOwnersDesk) -> Response:
    return await _page(request, desk)


@router.post("")
async def invite_agent(request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    """The link is shown on the page that answers, and nowhere again: it is kept as a hash."""
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
        return await _page(request, desk, 422, form=form, problems=wrong.fields)
    if not link:
        return go(request, desk.path("/settings/agents"), "Added. They sign in with the password they have.")
    return await _page(request, desk, link=link, linked=agent)


@router.post("/{user_id}/link")
async def make_link(user_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    """For whoever forgot their password, or lost the invitation."""
    async with desk.services.database.unit() as unit:
        token = await commands.make_password_link(unit, desk.actor, user_id)
        agent = await queries.agent(unit, desk.actor, user_id)
    return await _page(
        request, desk, link=reset_link(desk.services.public_url, agent.user.email, token), linked=agent
    )


@router.post("/{user_id}/role")
async def set_role(user_id: PathId, request: Request, form: TheForm, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.unit() as unit:
        await commands.update_agent(unit, desk.actor, user_id, role=_role(form))
    return go(request, desk.path("/settings/agents"), "Saved.")


@router.post("/{user_id}/remove")
async def remove_agent(user_id: PathId, request: Request, _form: TheForm, desk: TheOwnersDesk) -> Response:
    done = False
    while not done:  # their conversations are unassigned first, some in each unit
        async with desk.services.database.unit() as unit:
            done = await commands.remove_agent(unit, desk.actor, user_id)
    return go(request, desk.path("/settings/agents"), "They work here no more.")


def _role(form: Form) -> UserRole:
    return "administrator" if form.text("role") == "administrator" else "agent"


async def _page(request: Request, desk: Desk, status: int = 200, **values: Any) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.all_agents(reader, desk.actor)
    shown = {"agents": found, "form": NOBODY, "link": "", "linked": None}
    return render(desk, request, "agents.html", status, **shown | values)
