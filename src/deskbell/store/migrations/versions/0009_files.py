"""Files behind attachments and avatars."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWNERS = {
    "attachment_id": "attachments",
    "contact_id": "contacts",
    "inbox_id": "inboxes",
    "user_id": "users",
    "agent_bot_id": "agent_bots",
}


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        *(sa.Column(name, ID, nullable=True) for name in (*OWNERS, "account_id")),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_files_{name}"), ondelete="CASCADE"
            )
            for name, table in (OWNERS | {"account_id": "accounts"}).items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_files_{name}")) for name in ("key", *OWNERS)),
        sqlite_autoincrement=True,
        comment="What is kept behind the storage port, and whose it is; one uploaded in advance is its account's until it expires.",
    )
    for name in ("account_id", "expires_at"):
        op.create_index(op.f(f"ix_files_{name}"), "files", [name])


def downgrade() -> None:
    op.drop_table("files")
