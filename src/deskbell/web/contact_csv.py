"""Contacts written as CSV, for programs and for people."""

import csv
import io
from collections.abc import Sequence

from fastapi import Response

from deskbell.desk.actor import Actor
from deskbell.desk.queries import contact_files as queries
from deskbell.desk.rules.contact_files import harmless
from deskbell.model.filter import Condition
from deskbell.web.services import Services

CSV = "text/csv; charset=utf-8"


async def written(
    services: Services,
    actor: Actor,
    columns: Sequence[str] = (),
    conditions: Sequence[Condition] = (),
    label: str | None = None,
) -> Response:
    """A file of the contacts that are meant. Raises Invalid, NotAllowed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    async with services.database.read() as reader:
        chosen = await queries.columns(reader, actor, columns)
        wanted = await queries.clause(reader, actor, conditions, label, services.clock.now())
    writer.writerow(harmless(name) for name in chosen)
    after: int | None = 0
    while after is not None:
        async with services.database.read() as reader:
            after, rows = await queries.rows(reader, actor, chosen, wanted, after)
        writer.writerows([harmless(cell) for cell in row] for row in rows)
    headers = {"content-disposition": 'attachment; filename="contacts.csv"'}
    return Response(text.getvalue(), 200, headers, media_type=CSV)
