"""Replays of deliveries that were chosen one by one, and an index of those that died."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("replays", sa.Column("numbers", JSON, server_default="[]", nullable=False))
    op.add_column(
        "deliveries",
        sa.Column(
            "died_at",
            sa.BigInteger(),
            nullable=True,
            comment="Beside the state, so that only those that die pay for an index of them.",
        ),
    )
    op.execute("UPDATE deliveries SET died_at = settled_at WHERE state = 'dead'")
    op.create_index(
        "ix_deliveries_dead",
        "deliveries",
        ["target_id", "number"],
        sqlite_where=sa.text("died_at IS NOT NULL"),
        postgresql_where=sa.text("died_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_dead", "deliveries")
    op.drop_column("deliveries", "died_at")
    op.drop_column("replays", "numbers")
