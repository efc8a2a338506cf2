"""A file of contacts: which columns it may have, and what its lines say."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from deskbell.desk.rules.fields import NAME_LIMIT
from deskbell.kit.errors import Invalid

KEYS = ("identifier", "email", "phone_number")
"""What a contact is known by, the surest first."""
FIELDS = ("name", *KEYS)
FACTS = ("company", "company_name", "city", "country", "country_code")
"""Kept among the additional attributes."""
OURS = ("id", "created_at", "last_activity_at")
"""Written to files and not read from them."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
FILE = "import_file"


class Line(Struct, frozen=True, kw_only=True):
    """A line and the fields of a contact it gives; `problem` where it cannot be read as that."""

    number: int
    fields: dict[str, Any] = {}
    problem: str | None = None


def lines(text: str) -> Iterator[Line]:
    """The lines of a file with a header, blank ones left out. Raises Invalid where the file as a whole is none."""
    rows = _rows(text)
    _, header = next(rows, (0, []))
    columns = [_column(title) for title in header]
    if not set(KEYS) & set(columns):
        raise Invalid(
            {FILE: f"should begin with a line of column names, one of {', '.join(KEYS)} among them"}
        )
    if "" in columns or len(set(columns)) < len(columns) or any(len(name) > NAME_LIMIT for name in columns):
        raise Invalid({FILE: "should give each column a name of its own"})
    for number, cells in rows:
        if len(cells) > len(columns):
            yield Line(number=number, problem=f"has {len(cells)} cells, but there are {len(columns)} columns")
        elif any(cell.strip() for cell in cells):
            yield Line(number=number, fields=_fields(dict(zip(columns, cells, strict=False))))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row and the line it begins at."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        begun = reader.line_num + 1
        try:
            yield begun, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid({FILE: f"is not CSV at line {begun}: {error}"}) from None


def _column(title: str) -> str:
    title = title.strip()
    known = title.lower()
    return known if known in (*FIELDS, *FACTS, *OURS) else title


def _fields(cells: dict[str, str]) -> dict[str, Any]:
    """What the cells say; blank ones say nothing."""
    said = {name: bare(cell).strip() for name, cell in cells.items() if cell.strip()}
    fields: dict[str, Any] = {name: said[name] for name in FIELDS if name in said}
    if fields.get("phone_number", "")[:1].isdigit():
        fields["phone_number"] = f"+{fields['phone_number']}"
    facts = {name: said[name] for name in FACTS if name in said}
    custom = {name: text for name, text in said.items() if name not in (*FIELDS, *FACTS, *OURS)}
    if facts:
        fields["additional_attributes"] = facts
    if custom:
        fields["custom_attributes"] = custom
    return fields


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: what visitors call themselves is not to run on an owner's machine."""
    number = cell[1:].replace(".", "", 1).isdigit() and cell[0] in "+-"
    return f"'{cell}" if cell.startswith(_FORMULA) and not number else cell


def bare(cell: str) -> str:
    """A cell as it was before `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
