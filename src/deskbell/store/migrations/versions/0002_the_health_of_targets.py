"""The health of targets: breaker and throttle."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("target_health", sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("target_health", sa.Column("trips", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("target_health", sa.Column("open_until", sa.BigInteger(), nullable=True))
    op.add_column("target_health", sa.Column("lane_limit", sa.Float(), nullable=True))


def downgrade() -> None:
    for name in ("lane_limit", "open_until", "trips", "failures"):
        op.drop_column("target_health", name)
