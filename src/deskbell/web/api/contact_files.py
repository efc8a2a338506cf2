"""Contacts as CSV files: exported and imported."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from deskbell.desk.commands import contact_imports as commands
from deskbell.desk.rules.contact_files import FILE
from deskbell.kit.errors import Invalid
from deskbell.web import contact_csv
from deskbell.web.answers import answer, answers
from deskbell.web.api.filters import Conditions
from deskbell.web.bodies import Body, OptionalText
from deskbell.web.deps import TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource
from deskbell.web.requests import LenientRoute

SHOWN = 1_000
"""Refused lines that a report lists; it counts all of them."""


class ImportRoute(LenientRoute):
    """The one route that takes a file."""

    file = FILE


router = resource(f"{ACCOUNT}/contacts", "Contacts")
import_router = APIRouter(prefix=f"{ACCOUNT}/contacts", tags=["Contacts"], route_class=ImportRoute)


def _null_is_none_of_them(value: Any) -> Any:
    return [] if value is None else value


class ExportBody(Body):
    column_names: Annotated[list[str], BeforeValidator(_null_is_none_of_them), Field(max_length=200)] = []
    payload: Annotated[Conditions, BeforeValidator(_null_is_none_of_them)] = []
    label: OptionalText = None


class ImportBody(Body):
    import_file: OptionalText = None


class RefusedJSON(TypedDict):
    line: int
    errors: dict[str, str]


class ReportJSON(TypedDict):
    created_count: int
    updated_count: int
    refused_count: int
    refused: list[RefusedJSON]


class ImportedJSON(TypedDict):
    payload: ReportJSON


@router.post(
    "/export",
    summary="Export contacts as CSV",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The file."}},
)
async def export_contacts(body: ExportBody, actor: TheActor, services: TheServices) -> Response:
    conditions = [one.condition() for one in body.payload]
    return await contact_csv.written(services, actor, body.column_names, conditions, body.label)


@import_router.post(
    "/import",
    summary="Import contacts from CSV",
    responses=answers(ImportedJSON),
    openapi_extra={
        "requestBody": {
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": [FILE],
                        "properties": {FILE: {"type": "string", "format": "binary"}},
                    }
                }
            }
        }
    },
)
async def import_contacts(body: ImportBody, actor: TheActor, services: TheServices) -> Response:
    if not (body.import_file or "").strip():
        raise Invalid({FILE: "can't be blank"})
    report = await commands.import_contacts(services.database, actor, body.import_file or "")
    refused = [{"line": one.line, "errors": one.errors} for one in report.refused[:SHOWN]]
    return answer(
        {
            "payload": {
                "created_count": report.made,
                "updated_count": report.updated,
                "refused_count": len(report.refused),
                "refused": refused,
            }
        }
    )
