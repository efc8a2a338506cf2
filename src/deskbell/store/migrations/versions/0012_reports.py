"""What reports count."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reporting_events",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False, comment="Seconds."),
        sa.Column("value_in_business_hours", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_reporting_events_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_events")),
        sqlite_autoincrement=True,
        comment="What reports count. Goes with its conversation, and so with its inbox and its account; users are not referred to.",
    )
    with op.batch_alter_table("reporting_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reporting_events_account_id_created_at"),
            ["account_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_reporting_events_conversation_id_name_created_at"),
            ["conversation_id", "name", "created_at"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("reporting_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reporting_events_conversation_id_name_created_at"))
        batch_op.drop_index(batch_op.f("ix_reporting_events_account_id_created_at"))
    op.drop_table("reporting_events")
