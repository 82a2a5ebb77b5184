"""Who was told of a crisis, once the person is erased."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0022", "0021", None, None


def upgrade() -> None:
    """From 0021."""
    op.add_column("notices", sa.Column("to_erased", sa.String()))
    op.add_column("notice_messages", sa.Column("erased", sa.String()))
