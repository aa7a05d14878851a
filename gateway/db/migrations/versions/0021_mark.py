"""Keep with a receipt which reply of an id it means.

A database that is restored gives the ids of lost replies to new ones, and receipts of
the lost ones come late. The version before fills nothing in: its receipts count by the
provider's id alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("receipts", sa.Column("mark", sa.String(8)))
