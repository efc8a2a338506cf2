"""What happens by itself: whose turn it is, what to wake and to resolve, and how content contacts are."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_RESOLVE = sa.text("settings ->> 'auto_resolve_after' IS NOT NULL")
TO_WAKE = sa.text("status = 'snoozed' AND snoozed_until IS NOT NULL")
SURVEYS = sa.text("content_type = 'input_csat'")


def upgrade() -> None:
    op.add_column(
        "inbox_members",
        sa.Column(
            "turn",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Grows with each conversation they are given by themselves.",
        ),
    )
    op.create_index(
        "ix_accounts_auto_resolve", "accounts", ["id"], sqlite_where=TO_RESOLVE, postgresql_where=TO_RESOLVE
    )
    op.create_index(
        "ix_conversations_snoozed",
        "conversations",
        ["snoozed_until"],
        sqlite_where=TO_WAKE,
        postgresql_where=TO_WAKE,
    )
    op.create_index(
        "ix_messages_surveys",
        "messages",
        ["account_id", "created_at"],
        sqlite_where=SURVEYS,
        postgresql_where=SURVEYS,
    )
    op.create_table(
        "csat_survey_responses",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("assigned_agent_id", ID, nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("feedback_message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_csat_survey_responses_rating")),
        *(
            sa.ForeignKeyConstraint(
                [f"{noun}_id"],
                [f"{noun}s.id"],
                name=op.f(f"fk_csat_survey_responses_{noun}_id"),
                ondelete="CASCADE",
            )
            for noun in ("account", "conversation", "message")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_agent_id"],
            ["users.id"],
            name=op.f("fk_csat_survey_responses_assigned_agent_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_csat_survey_responses")),
        sa.UniqueConstraint("message_id", name=op.f("uq_csat_survey_responses_message_id")),
        sqlite_autoincrement=True,
    )
    for columns in (["account_id", "created_at"], ["conversation_id"]):
        op.create_index(
            op.f(f"ix_csat_survey_responses_{'_'.join(columns)}"), "csat_survey_responses", columns
        )


def downgrade() -> None:
    op.drop_table("csat_survey_responses")
    op.drop_index("ix_messages_surveys", "messages")
    op.drop_index("ix_conversations_snoozed", "conversations")
    op.drop_index("ix_accounts_auto_resolve", "accounts")
    op.drop_column("inbox_members", "turn")
