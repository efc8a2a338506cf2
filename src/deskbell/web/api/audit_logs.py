"""Audit logs: who changed what of the account's own things."""

from typing import Any

from fastapi import Response
from typing_extensions import TypedDict

from deskbell.desk.queries import audits as queries
from deskbell.kit.clock import unix
from deskbell.model.audit import Audit, AuditAction
from deskbell.web.answers import answer, answers
from deskbell.web.deps import PageNumber, PageSize, TheActor, TheServices
from deskbell.web.faces import ACCOUNT, resource

router = resource(f"{ACCOUNT}/audit_logs", "Audit logs")

PER_PAGE = 25


class AuditJSON(TypedDict):
    id: int
    auditable_id: int
    auditable_type: str
    auditable: dict[str, Any] | None
    associated_id: int
    associated_type: str
    user_id: int | None
    user_type: str | None
    username: str | None
    action: AuditAction
    audited_changes: dict[str, Any]
    version: int
    comment: str | None
    request_uuid: str
    created_at: int
    remote_address: str | None


class AuditsJSON(TypedDict):
    per_page: int
    total_entries: int
    current_page: int
    audit_logs: list[AuditJSON]


def _shown(one: Audit) -> AuditJSON:
    return {
        "id": one.id,
        "auditable_id": one.auditable_id,
        "auditable_type": one.auditable_type,
        "auditable": None,
        "associated_id": one.account_id,
        "associated_type": "Account",
        "user_id": one.user_id,
        "user_type": one.user_type,
        "username": one.username,
        "action": one.action,
        "audited_changes": one.audited_changes,
        "version": one.version,
        "comment": None,
        "request_uuid": one.request_uuid,
        "created_at": unix(one.created_at),
        "remote_address": None,
    }


@router.get("", summary="Who changed what, newest first", responses=answers(AuditsJSON))
async def list_audits(
    actor: TheActor, services: TheServices, page: PageNumber = 1, per_page: PageSize = PER_PAGE
) -> Response:
    async with services.database.read() as reader:
        found = await queries.page(reader, actor, number=page, size=per_page)
    return answer(
        {
            "per_page": per_page,
            "total_entries": found.count,
            "current_page": page,
            "audit_logs": [_shown(one) for one in found.audits],
        }
    )
