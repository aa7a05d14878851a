"""Know of what day the members' records are."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    imports = op.create_table(
        "imports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    connection = op.get_bind()
    members = sa.select(sa.func.count()).select_from(sa.table("participants"))
    if count := connection.scalar(members):
        at = _last_import(connection)
        row = {"at": at, "as_of": at.date(), "members": count}
        connection.execute(sa.insert(imports).values(row))


def _last_import(connection: sa.Connection) -> datetime:
    """When the members came in that are here now, as far as is on record."""
    deeds = sa.table(
        "access_log", sa.column("at", _TIME), sa.column("action", sa.String)
    )
    newest = sa.select(sa.func.max(deeds.c.at)).where(
        deeds.c.action == "import members"
    )
    return connection.scalar(newest) or datetime.now(UTC)
