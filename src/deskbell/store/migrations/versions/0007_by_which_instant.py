"""By which instant a wait was reckoned."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("lanes", "target_health"):
        op.add_column(table, sa.Column("set_at", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    for table in ("target_health", "lanes"):
        op.drop_column(table, "set_at")
