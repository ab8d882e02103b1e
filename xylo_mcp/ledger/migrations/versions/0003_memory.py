"""What platforms said of past days, whole answers, and the reports that platforms are making."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.String(40)
_MOMENT = sa.String(40)
_SERIES = ("tenant", "world", "account", "level", "counting")


def upgrade() -> None:
    """Make the tables that spare a question."""
    _days()
    _answers_and_jobs()
    for table, what in _COMMENTS.items() if op.get_bind().dialect.supports_comments else ():
        op.create_table_comment(table, what)


def _whose() -> list[sa.Column[str]]:
    return [
        sa.Column("tenant", _ID, nullable=False),
        sa.Column("principal", sa.String(200), nullable=False),
        sa.Column("world", sa.String(60), nullable=False),
    ]


def _series() -> list[sa.Column[str]]:
    return [
        *_whose(),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("counting", sa.String(64), nullable=False),
    ]


def _days() -> None:
    op.create_table(
        "fact_month",
        *_series(),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("objects", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint(*_SERIES, "month"),
    )
    op.create_table(
        "fact_day",
        *_series(),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("read_at", _MOMENT, nullable=False),
        sa.Column("figures", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint(*_SERIES, "day"),
    )


def _answers_and_jobs() -> None:
    op.create_table(
        "answer",
        *_whose(),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("read_at", _MOMENT, nullable=False),
        sa.Column("settled", sa.Integer, nullable=False),
        sa.Column("keep_until", sa.String(10), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("rows", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "world", "digest"),
    )
    op.create_index("answer_by_age", "answer", ["tenant", "keep_until", "read_at", "size"])
    op.create_table(
        "report_job",
        *_whose(),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("kept_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "world", "digest"),
    )


_COMMENTS = {
    "fact_month": "the campaigns, ad groups or ads that the days of a month tell of, with the last of their names",
    "fact_day": "the sums over the known days of a month up to this one, of each object in the month's order",
    "answer": "what was answered to exactly one question; settled is 1 where none of its days moves any more",
    "report_job": "the report that a platform is making to answer a question",
}
