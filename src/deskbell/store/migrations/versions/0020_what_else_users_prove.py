"""Since when a user proves who they are as they do now: sessions that began before are over."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("proof_changed_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "proof_changed_at")
