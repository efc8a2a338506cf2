"""An index of known contacts by their names."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KNOWN = "email IS NOT NULL OR phone_number IS NOT NULL OR identifier IS NOT NULL"


def upgrade() -> None:
    op.create_index(
        "ix_contacts_by_name",
        "contacts",
        ["account_id", sa.text("lower(name)"), "id"],
        sqlite_where=sa.text(KNOWN),
        postgresql_where=sa.text(KNOWN),
    )


def downgrade() -> None:
    op.drop_index("ix_contacts_by_name", "contacts")
