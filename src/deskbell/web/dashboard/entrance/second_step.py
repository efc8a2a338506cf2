"""The second step of signing in, for those who switched it on: a code."""

from fastapi import Request, Response

from deskbell.desk.commands import two_factor as commands
from deskbell.desk.queries import identity
from deskbell.kit.errors import TooManyRequests
from deskbell.web.dashboard.deps import AnyonesForm
from deskbell.web.dashboard.entrance import halfway
from deskbell.web.dashboard.entrance.signin import welcome
from deskbell.web.dashboard.rendering import go, render
from deskbell.web.dashboard.route import screen
from deskbell.web.deps import TheServices
from deskbell.web.limits import limit_code

router = screen("/login/code")

OVER = "That took too long. Sign in anew."


@router.get("")
async def show_code(request: Request, services: TheServices) -> Response:
    if halfway.read(request, services) is None:
        return go(request, "/app/login")
    return render(None, request, "entrance/code.html", wrong="")


@router.post("")
async def give_code(request: Request, form: AnyonesForm, services: TheServices) -> Response:
    who = halfway.read(request, services)
    if who is None:
        return go(request, "/app/login", OVER)
    try:
        limit_code(request, who.user_id)
    except TooManyRequests as refused:
        response = render(None, request, "entrance/code.html", 429, wrong=refused.message)
        response.headers["retry-after"] = str(refused.wait)
        return response
    async with services.database.unit() as unit:
        if who.mark != await identity.mark_of(unit, who.user_id):
            return go(request, "/app/login", OVER)
        if await commands.prove(unit, who.user_id, form.text("code")):
            response = await welcome(unit, request, services, who.user_id, who.onward)
            halfway.finish(response)
            return response
    return render(None, request, "entrance/code.html", 422, wrong="", problems={"code": commands.WRONG})
