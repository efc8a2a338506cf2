"""Whether one is available, said beside every page."""

from typing import get_args

from fastapi import Request, Response

from deskbell.desk.commands import availability as commands
from deskbell.kit.errors import Invalid
from deskbell.model.user import Availability
from deskbell.web.dashboard.deps import TheDesk, TheForm
from deskbell.web.dashboard.rendering import go, own_path
from deskbell.web.dashboard.route import ACCOUNT, screen

router = screen(f"{ACCOUNT}/availability")


@router.post("")
async def set_availability(request: Request, form: TheForm, desk: TheDesk) -> Response:
    wanted = next((one for one in get_args(Availability) if one == form.text("availability")), None)
    if wanted is None:
        raise Invalid({"availability": "should be online, busy or offline"})
    async with desk.services.database.unit() as unit:
        await commands.set_availability(unit, desk.actor.id, desk.actor.account_id, wanted)
    await desk.services.live.tell_presence(desk.actor.account_id)
    return go(request, own_path(form.text("next")))
