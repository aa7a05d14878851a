"""Made-up migrations after ours, as a later version of the gateway would have."""

import shutil
from pathlib import Path

from gateway.db.core.upgrade import MIGRATIONS, newest_revision

ADD_REMARK = 'op.add_column("inbound", sa.Column("remark", sa.String(20)))'
ADD_LETTERS = (
    'op.create_table("letters", sa.Column("id", sa.Integer(), primary_key=True))'
)
_MIGRATION = '''"""Made up for a test."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    {statement}
'''


def later_version(folder: Path, *statements: str) -> Path:
    """A copy of our migrations, and one more for each statement."""
    migrations = shutil.copytree(MIGRATIONS, folder / "migrations")
    add_migrations(migrations, *statements)
    return migrations


def add_migrations(migrations: Path, *statements: str) -> None:
    """Add a migration for each statement to those in a folder."""
    for statement in statements:
        before = newest_revision(migrations)
        number = f"{int(before[1:]) + 1:04}"
        content = _MIGRATION.format(
            revision=f"r{number}", before=before, statement=statement
        )
        (migrations / "versions" / f"{number}_made_up.py").write_text(content)
