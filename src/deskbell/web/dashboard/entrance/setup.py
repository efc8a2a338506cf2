"""The first run."""

from fastapi import Request, Response

from deskbell.desk.commands import setup as commands
from deskbell.desk.commands.setup import Beginning
from deskbell.kit.errors import Conflict, Invalid
from deskbell.kit.passwords import hash_password
from deskbell.web.dashboard.deps import AnyonesForm, Form
from deskbell.web.dashboard.entrance.signin import limit, password_problems, welcome
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import screen
from deskbell.web.deps import TheServices

router = screen("/setup")


@router.get("")
async def show_setup(request: Request, services: TheServices) -> Response:
    async with services.database.glance() as reader:
        if not await commands.is_empty(reader):
            return go(request, "/app")
    return render(None, request, "entrance/setup.html", typed=Form({}))


@router.post("")
async def set_up(request: Request, form: AnyonesForm, services: TheServices) -> Response:
    limit(request, form.text("email"))
    async with services.database.glance() as reader:
        if not await commands.is_empty(reader):
            return go(request, "/app/login", "This Deskbell is set up already. Sign in.")
    refused = password_problems(form)
    said = Beginning(
        account_name=form.text("account_name"),
        user_name=form.text("name"),
        email=form.text("email"),
        password_hash=None if refused else await hash_password(form.text("password")),
        refused=refused,
    )
    try:
        async with services.database.unit() as unit:
            made = await commands.set_up(unit, said)
            return await welcome(unit, request, services, made.user_id)
    except Conflict as late:
        return go(request, "/app/login", late.message)
    except Invalid as wrong:
        return render(None, request, "entrance/setup.html", 422, typed=form, problems=wrong.fields)
