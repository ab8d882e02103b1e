"""How many people and events accounts were told of, and which events went where."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(40)
_MOMENT = sa.String(40)


def upgrade() -> None:
    """Make the tables that people's data is counted and told apart in. None of them holds any of it."""
    op.create_table(
        "handed_rows",
        sa.Column("operation_id", _ID, primary_key=True),
        *_whose(),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
    )
    op.create_index("handed_rows_by_account", "handed_rows", ["tenant", "account", "at"])
    op.create_table(
        "event",
        *_whose(),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("destination", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("operation_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "platform", "destination", "digest"),
    )
    op.create_table(
        "people_key",
        sa.Column("tenant", _ID, primary_key=True),
        sa.Column("principal", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
    )
    for table, what in _COMMENTS.items() if op.get_bind().dialect.supports_comments else ():
        op.create_table_comment(table, what)


def _whose() -> list[sa.Column[str]]:
    return [sa.Column("tenant", _ID, nullable=False), sa.Column("principal", sa.String(200), nullable=False)]


_COMMENTS = {
    "handed_rows": "how many people or events an account was told of, for all we know",
    "event": "which events were sent where: a keyed digest of each one's name and id",
    "people_key": "by which key digests of events are made here: with another, none would be recognised again",
}
