"""A picture in a form: uploaded, given by its address, or taken away."""

from typing import Any

from msgspec import UNSET, UnsetType

from deskbell.kit.errors import Invalid
from deskbell.model.file import PICTURES
from deskbell.web import keeping
from deskbell.web.dashboard.deps import Form
from deskbell.web.dashboard.edits import Edit
from deskbell.web.services import Services

FILES = frozenset({"avatar"})


def local(url: str | None, public_url: str) -> str:
    """An address a page may load from: our own files by their path, others' by https only."""
    if not url:
        return ""
    if url.startswith(f"{public_url}/"):
        return url[len(public_url) :]
    return url if url.startswith("https://") else ""


def shown(services: Services, kept: str, form: Form | None = None) -> dict[str, Any]:
    """What the field is made of, for the picture there is and what the form said of it."""
    return {
        "current": local(kept, services.public_url),
        "address": form.text("avatar_url") if form is not None else "" if _is_ours(services, kept) else kept,
        "removed": form is not None and form.flag("remove_avatar"),
        "again": form is not None and "avatar" in form.fields,
        "types": ",".join(sorted(PICTURES)),
        "largest": services.settings.max_upload_bytes,
    }


def is_meant(form: Form, edit: Edit) -> bool:
    """Whether a form says anything of the picture that it was not shown with."""
    return form.flag("remove_avatar") or "avatar" in form.fields or edit.changed("avatar_url")


def address(services: Services, kept: str, form: Form) -> str | UnsetType:
    """What a form says of the picture besides a file. A file of ours has no address to be typed: where none is, it stays."""
    if form.flag("remove_avatar"):
        return ""
    typed = form.text("avatar_url").strip()
    if typed or ("avatar_url" in form.fields and not _is_ours(services, kept)):
        return typed
    return UNSET


async def changes(services: Services, kept: str, form: Form, refused: dict[str, str]) -> dict[str, Any]:
    """What becomes of the picture at `kept`, its file kept by now; what is wrong with it goes to `refused`."""
    try:
        found = await keeping.avatar_changes(services, form.fields.get("avatar"))
    except Invalid as wrong:
        refused.update(wrong.fields)
        return {}
    return found or {"avatar_url": address(services, kept, form)}


def _is_ours(services: Services, kept: str) -> bool:
    return kept.startswith(f"{services.public_url}/files/")
