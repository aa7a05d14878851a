"""Keep why an SMS cannot be used, and a keyed hash by which a repeat is known.

The version before knows nothing of either: what it stores is compared with nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbound", sa.Column("flaw", sa.String(length=40), nullable=True))
    op.add_column(
        "inbound", sa.Column("text_index", sa.LargeBinary(length=16), nullable=True)
    )
