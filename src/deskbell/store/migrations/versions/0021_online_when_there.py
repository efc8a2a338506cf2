"""People are available while they are there. They began as offline, and nothing in the dashboard said so or could change it."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE account_users SET availability = 'online' WHERE availability = 'offline' AND auto_offline"
    )


def downgrade() -> None:
    """What people said of themselves stays said."""
