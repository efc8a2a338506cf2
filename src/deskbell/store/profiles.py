"""What users keep of themselves: names, passwords, tokens."""

from typing import NamedTuple

from deskbell.kit import json
from deskbell.model.user import User
from deskbell.store.database import Reader, Unit
from deskbell.store.statement import Statement
from deskbell.store.users import Standing


class Proof(NamedTuple):
    """A user's password, and since when they prove who they are by it as they do now; None for as they always did."""

    password_hash: str | None
    changed_at: int | None


_UPDATE = Statement(
    "UPDATE users SET name = :name, display_name = :display_name, email = :email, message_signature = :message_signature, "
    "ui_settings = :ui_settings, avatar_url = :avatar_url, updated_at = :now WHERE id = :id"
)
_PASSWORD = Statement("SELECT password_hash FROM users WHERE id = :id")
_PROOF = Statement("SELECT password_hash, proof_changed_at FROM users WHERE id = :id")
_CHANGE_PROOF = Statement("UPDATE users SET proof_changed_at = :now WHERE id = :id")
_SET_PASSWORD = Statement("UPDATE users SET password_hash = :password_hash, updated_at = :now WHERE id = :id")
_DELETE = Statement("DELETE FROM users WHERE id = :id")
_DROP_TOKENS = Statement("DELETE FROM access_tokens WHERE user_id = :user_id")
_STANDING = Statement(
    "SELECT u.id, u.name, m.role, a.status, u.password_hash, u.proof_changed_at FROM users u "
    "LEFT JOIN account_users m ON m.user_id = u.id AND m.account_id = :account_id "
    "LEFT JOIN accounts a ON a.id = :account_id WHERE u.id = :user_id"
)


async def update(unit: Unit, user: User) -> None:
    """Raises UniqueViolation where the email is another user's."""
    await unit.run(
        _UPDATE,
        id=user.id,
        name=user.name,
        display_name=user.display_name,
        email=user.email,
        message_signature=user.message_signature,
        ui_settings=json.dump_text(user.ui_settings),
        avatar_url=user.avatar_url,
        now=unit.now,
    )


async def password_hash(reader: Reader, user_id: int) -> str | None:
    row = await reader.one(_PASSWORD, id=user_id)
    return None if row is None else row["password_hash"]


async def proof(reader: Reader, user_id: int) -> Proof:
    """What sessions of a user that begin now rest on."""
    row = await reader.one(_PROOF, id=user_id)
    return Proof(None, None) if row is None else Proof(row[0], row[1])


async def change_proof(unit: Unit, user_id: int) -> None:
    """A user proves who they are otherwise from now on, with the password they have."""
    await unit.run(_CHANGE_PROOF, id=user_id, now=unit.now)


async def set_password(unit: Unit, user_id: int, hashed: str) -> None:
    await unit.run(_SET_PASSWORD, id=user_id, password_hash=hashed, now=unit.now)


async def delete(unit: Unit, user_id: int) -> None:
    await unit.run(_DELETE, id=user_id)


async def drop_tokens(unit: Unit, user_id: int) -> None:
    await unit.run(_DROP_TOKENS, user_id=user_id)


async def standing(reader: Reader, user_id: int, account_id: int) -> tuple[Standing, Proof] | None:
    """What a user is in an account, and what they prove who they are with; None for an unknown one."""
    row = await reader.one(_STANDING, user_id=user_id, account_id=account_id)
    return (
        None if row is None else (Standing(row[0], row[1], row[2], None, None, row[3]), Proof(row[4], row[5]))
    )
