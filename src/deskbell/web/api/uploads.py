"""Files uploaded before the message that will carry them."""

from typing import Any

from fastapi import Response
from typing_extensions import TypedDict

from deskbell.desk import access
from deskbell.kit.clock import DAY
from deskbell.kit.errors import Invalid
from deskbell.store import files
from deskbell.web import keeping
from deskbell.web.answers import answer, answers
from deskbell.web.bodies import Body
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.uploads import Upload, multipart, takes

router = resource(ACCOUNT, "Messages")

LIFE = DAY
"""How long a file waits for its message."""


class NewUpload(Body):
    attachment: Any = None


class UploadJSON(TypedDict):
    file_url: str
    blob_key: str
    blob_id: str


@router.post(
    "/upload",
    summary="Upload a file for a message to come",
    responses=answers(UploadJSON),
    openapi_extra=multipart("attachment"),
)
@takes("attachment")
async def upload(body: NewUpload, actor: TheActor, services: TheServices) -> Response:
    access.refuse_bots(actor)
    if not isinstance(body.attachment, Upload):
        raise Invalid({"attachment": "should be a file"})
    kept = await keeping.attachments(services, [body.attachment])
    if kept["refused"]:
        raise Invalid({"attachment": kept["refused"]["attachments[0]"]})
    file = kept["files"][0]
    async with services.database.unit() as unit:
        await files.wait(unit, file, actor.account_id, unit.now + LIFE)
    shown: UploadJSON = {
        "file_url": keeping.url(services, file),
        "blob_key": file.key,
        "blob_id": keeping.sign(services, actor.account_id, file.key),
    }
    return answer(shown)
