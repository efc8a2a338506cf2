"""Participants, mentions, drafts, audits, and what an API inbox's address never got."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_users(name: str, *more: "sa.Column[Any]", comment: str | None = None) -> None:
    """A table of conversations and users."""
    op.create_table(
        name,
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f(f"fk_{name}_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f(f"fk_{name}_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "user_id", name=op.f(f"pk_{name}")),
        comment=comment,
    )
    op.create_index(op.f(f"ix_{name}_user_id"), name, ["user_id"])


def upgrade() -> None:
    _of_users("conversation_participants")
    _of_users(
        "mentions",
        sa.Column("mentioned_at", sa.BigInteger(), nullable=False),
        comment="Who was named in a private note of a conversation, and when last.",
    )
    _of_users(
        "drafts",
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "audits",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True, comment="Kept when the user goes."),
        sa.Column("user_type", sa.Text(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("auditable_type", sa.Text(), nullable=False),
        sa.Column("auditable_id", ID, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "audited_changes",
            sa.Text().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("request_uuid", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("action IN ('create', 'update', 'destroy')", name=op.f("ck_audits_action")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_audits_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
        sqlite_autoincrement=True,
    )
    for columns in (["account_id", "id"], ["account_id", "auditable_type", "auditable_id"], ["created_at"]):
        op.create_index(op.f(f"ix_audits_{'_'.join(columns)}"), "audits", columns)
    op.create_table(
        "inbox_failures",
        sa.Column("target_id", ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("event_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("target_id", "number", name=op.f("pk_inbox_failures")),
        comment="Deliveries to an API inbox's own address that died, until their messages are marked as failed.",
    )


def downgrade() -> None:
    for name in ("inbox_failures", "audits", "drafts", "mentions", "conversation_participants"):
        op.drop_table(name)
