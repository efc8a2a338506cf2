"""Files that came with a request, kept for what it is about to write."""

from collections.abc import Mapping
from typing import Any

import jwt

from deskbell.desk.rules.attachments import MOST
from deskbell.kit.errors import Invalid
from deskbell.model.file import StoredFile
from deskbell.store import files
from deskbell.web.security import ALGORITHM
from deskbell.web.services import Services
from deskbell.web.uploads import Upload


def url(services: Services, file: StoredFile) -> str:
    return f"{services.public_url}/files/{file.path}"


async def attachments(services: Services, given: list[Any], account_id: int | None = None) -> dict[str, Any]:
    """What a draft says of a request's files: those that are sound, kept by now, and what is wrong with the others.

    `account_id` lets files be named that were uploaded to the account in advance.
    """
    if not given:
        return {}
    if len(given) > MOST:
        return {"refused": {"attachments": f"are too many (at most {MOST})"}}
    refused: dict[str, str] = {}
    sound: dict[int, StoredFile] = {}
    for place, one in enumerate(given):
        problem = _problem(services, one)
        file = None if problem else await _kept(services, one, account_id)
        if file is not None:
            sound[place] = file
        else:
            refused[f"attachments[{place}]"] = problem or "is neither a file nor the signed id of one"
    return {"files": sound, "refused": refused}


async def avatar_changes(services: Services, given: Any) -> dict[str, Any]:
    """What a request's changes say of an avatar that came as a file, kept by now. Raises Invalid."""
    if not isinstance(given, Upload):
        return {}
    problem = _problem(services, given)
    if problem is None and (await given.look()).width is None:
        problem = "should be a picture: png, jpeg, gif, webp, avif or bmp"
    if problem is not None:
        raise Invalid({"avatar": problem})
    file = await given.keep(services.files)
    return {"avatar": file, "avatar_url": url(services, file)}


def sign(services: Services, account_id: int, key: str) -> str:
    """The name by which a message of the account takes a file uploaded in advance."""
    return jwt.encode({"file": key, "account_id": account_id}, services.secret_key, ALGORITHM)


async def _kept(services: Services, given: Any, account_id: int | None) -> StoredFile | None:
    """A file that is kept by now, or was before; None for what is none."""
    if isinstance(given, Upload):
        return await given.keep(services.files)
    if account_id is None or not isinstance(given, str):
        return None
    try:
        claims: Mapping[str, Any] = jwt.decode(given, services.secret_key, [ALGORITHM])
    except jwt.InvalidTokenError:
        return None
    key = claims.get("file")
    if claims.get("account_id") != account_id or not isinstance(key, str):
        return None
    async with services.database.read() as reader:
        return await files.waiting(reader, account_id, key, services.clock.now())


def _problem(services: Services, given: Any) -> str | None:
    if not isinstance(given, Upload):
        return None
    limit = services.settings.max_upload_bytes
    if given.size > limit:
        return f"is too large (at most {limit} bytes)"
    return None if given.size else "is empty"
