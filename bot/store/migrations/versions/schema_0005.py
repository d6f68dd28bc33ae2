"""Backfills know how much of the list under way was read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("list_requests", "list_records"):
        column = sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
        op.add_column("backfills", column)
    op.add_column("backfills", sa.Column("list_size", sa.Integer(), nullable=True))
