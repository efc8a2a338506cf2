"""Files that come with a request: read past the limits by nobody, kept in memory only while they are small."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any, BinaryIO, TypeVar, cast

from fastapi import Request
from pydantic import BeforeValidator
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from typing_extensions import override

from deskbell.config import Settings
from deskbell.files import content
from deskbell.files.storage import Storage, StorageUnavailable
from deskbell.kit.errors import Invalid, InvalidRequest, TooLarge, Unavailable
from deskbell.model.file import StoredFile
from deskbell.web.services import Services

NO_FILES = "is a file; this version takes none"
MULTIPART = "multipart/form-data"
MOST_PARTS = 50
"""Files one request may bring, before anybody looks at what is said of them."""
_INDEX = re.compile(r"\[\d*\]$")

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def takes(*names: str) -> Callable[[Endpoint], Endpoint]:
    """Say of an endpoint in which of a form's fields files may come: `attachments` stands for `attachments[]` and `attachments[0]` too."""

    def mark(endpoint: Endpoint) -> Endpoint:
        cast("Any", endpoint).takes = frozenset(names)
        return endpoint

    return mark


def multipart(name: str) -> dict[str, Any]:
    """What OpenAPI is told of an endpoint that takes files."""
    file = {"type": "string", "format": "binary"}
    field = {"type": "array", "items": file} if name.endswith("[]") else file
    schema = {"type": "object", "properties": {name: field}, "additionalProperties": True}
    return {"requestBody": {"content": {MULTIPART: {"schema": schema}}}}


class Upload:
    """A file of the request under way."""

    def __init__(self, file: UploadFile) -> None:
        self._file = file
        self._key: str | None = None
        self.size = file.size or 0
        self.name = content.harmless_name(file.filename or "")

    @property
    def _source(self) -> BinaryIO:
        return self._file.file

    async def look(self) -> content.Content:
        return await asyncio.to_thread(content.look, self._source, self.name, self._file.content_type)

    async def keep(self, storage: Storage) -> StoredFile:
        """Keep the file for good, unless the request fails. Raises StorageUnavailable."""
        found = await self.look()
        self._key = await storage.keep(self._source)
        return StoredFile(
            key=self._key,
            name=self.name,
            content_type=found.content_type,
            file_size=self.size,
            width=found.width,
            height=found.height,
        )

    async def undo(self, storage: Storage) -> None:
        if self._key is not None:
            with suppress(StorageUnavailable):  # then it is swept
                await storage.delete(self._key)

    async def described(self) -> dict[str, str]:
        """What tells this file from another, for who asks the same again."""
        return {"file": await asyncio.to_thread(_digest, self._source), "name": self.name}


def listed(value: Any) -> list[Any]:
    """Files as forms bring them: one, several, or numbered; blank ones are none."""
    if isinstance(value, Mapping):
        value = list(value.values())
    items = value if isinstance(value, list) else [value]
    return [one for one in items if one is not None and one != ""]


Attachments = Annotated[list[Any], BeforeValidator(listed)]
"""Files, or the signed ids of files uploaded in advance."""


async def described(value: Any) -> Any:
    """A request's body with its files told by what is in them."""
    if isinstance(value, Upload):
        return await value.described()
    if isinstance(value, dict):
        return {name: await described(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [await described(inner) for inner in value]
    return value


def is_multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith(MULTIPART)


@asynccontextmanager
async def received(request: Request, names: frozenset[str]) -> AsyncIterator[list[tuple[str, Any]]]:
    """A form's fields, its files among them. Those that were kept are let go of again if the request fails.

    Raises InvalidRequest, TooLarge, and Invalid for files where none may be.
    """
    services: Services = request.app.state.services
    form = await _parse(request, services.settings)
    try:
        fields = _sorted(form, names)
        try:
            yield fields
        except Unavailable:
            raise  # what refers to them may be durable all the same: if not, they are swept
        except Exception:
            await undo([value for _, value in fields], services.files)
            raise
    finally:
        await form.close()


async def undo(values: list[Any], storage: Storage) -> None:
    for value in values:
        if isinstance(value, Upload):
            await value.undo(storage)


def _sorted(form: FormData, names: frozenset[str]) -> list[tuple[str, Any]]:
    fields: list[tuple[str, Any]] = []
    refused = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.append((name, value))
        elif not value.filename:
            continue  # how browsers send a field in which no file was chosen
        elif _INDEX.sub("", name) in names:
            fields.append((name, Upload(value)))
        else:
            refused[name.removesuffix("[]")] = NO_FILES
    if refused:
        raise Invalid(refused)
    return fields


class _Parser(MultiPartParser):
    """Keeps small files in memory, larger ones on disk, and of text no more than a body without files may have."""

    spool_max_size = 65_536

    def __init__(self, request: Request, stream: AsyncIterator[bytes], text_limit: int) -> None:
        super().__init__(
            request.headers,
            cast("Any", stream),
            max_files=MOST_PARTS,
            max_part_size=text_limit,
        )
        self._text_left = text_limit
        self.whole = False

    @override
    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            self._text_left -= end - start
            if self._text_left < 0:
                raise too_large(self.max_part_size)
        super().on_part_data(data, start, end)

    @override
    def on_end(self) -> None:
        self.whole = True


async def _parse(request: Request, settings: Settings) -> FormData:
    limit = settings.max_upload_total_bytes + settings.max_body_bytes
    refuse_declared(request, limit)

    async def counted() -> AsyncIterator[bytes]:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            yield chunk

    parser = _Parser(request, counted(), settings.max_body_bytes)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidRequest(error.message) from None
    except UnicodeError:
        raise InvalidRequest("The form's text is not in the charset it names.") from None
    if not parser.whole:  # its last file would be lost without a word
        await form.close()
        raise InvalidRequest("The form ends before its closing boundary.")
    return form


def refuse_declared(request: Request, limit: int) -> None:
    """Raises TooLarge before anything is read where the client itself says that it is too much."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > limit):
        raise too_large(limit)


def too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than {limit} bytes, the most this server takes.")


def _digest(source: BinaryIO) -> str:
    source.seek(0)
    return hashlib.file_digest(cast("Any", source), "sha256").hexdigest()
