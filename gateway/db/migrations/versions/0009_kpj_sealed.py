"""Keep the KPJ that an SMS was about, sealed: a keyed hash cannot be looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbound", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kpj_sealed", sa.LargeBinary()))
