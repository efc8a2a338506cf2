"""Which bells did a message ring? For administrators, from each message of a conversation."""

from fastapi import Request, Response

from deskbell.desk.queries import bells as queries
from deskbell.web.bodies import PathId
from deskbell.web.dashboard.deps import TheOwnersDesk
from deskbell.web.dashboard.rendering import is_fragment, render
from deskbell.web.dashboard.route import ACCOUNT, screen
from deskbell.web.dashboard.targets.owners import PLACES

router = screen(f"{ACCOUNT}/conversations/{{number}}/messages/{{message_id}}")

FOLDERS = {place.kind: place.folder for place in PLACES}


@router.get("/bells")
async def show_bells(number: PathId, message_id: PathId, request: Request, desk: TheOwnersDesk) -> Response:
    async with desk.services.database.read() as reader:
        found = await queries.of_message(reader, desk.actor, number, message_id, desk.services.clock.now())
    waiting = any(one.state == "pending" for event in found.events for one in event.rings)
    name = "conversations/bells_list.html" if is_fragment(request) else "conversations/bells.html"
    return render(desk, request, name, found=found, number=number, folders=FOLDERS, waiting=waiting)
