"""What each address said of its contact, so that who only claims to be somebody is shown no more than that."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column(
        "contact_inboxes",
        sa.Column("said", JSON, nullable=True, comment="What was said of the contact from here."),
    )
    # What visitors of a website said before is not known any more: they are asked again.
    op.execute(
        "UPDATE contact_inboxes SET said = '{}' WHERE NOT hmac_verified "
        "AND inbox_id IN (SELECT id FROM inboxes WHERE channel = 'Channel::WebWidget')"
    )


def downgrade() -> None:
    op.drop_column("contact_inboxes", "said")
