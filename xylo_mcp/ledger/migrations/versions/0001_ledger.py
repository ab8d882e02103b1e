"""Operations, reservations, approvals, observations, halts, and an audit that can only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.String(40)
_MOMENT = sa.String(40)
_WHO = sa.String(200)


def upgrade() -> None:
    """Make the tables of the first version."""
    _tenant_and_operation()
    _what_operations_hold()
    _halt_and_audit()
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def _tenant_and_operation() -> None:
    op.create_table(
        "tenant",
        sa.Column("tenant", _ID, primary_key=True),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("audit_seq", sa.BigInteger, nullable=False),
        sa.Column("audit_hash", sa.String(64), nullable=False),
        sa.Column("policy_digest", sa.String(64), nullable=False),
        sa.Column("policy_text", sa.Text, nullable=False),
    )
    op.create_table(
        "operation",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("tenant", _ID, nullable=False),
        sa.Column("principal", _WHO, nullable=False),
        sa.Column("tool", sa.String(60), nullable=False),
        sa.Column("idempotency_key", sa.String(200), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("operation_by_key", "operation", ["tenant", "principal", "idempotency_key"], unique=True)
    op.create_index("operation_by_digest", "operation", ["tenant", "digest", "created_at"])
    op.create_index("operation_by_campaign", "operation", ["tenant", "account", "campaign_id"])
    op.create_index("operation_by_state", "operation", ["tenant", "state", "lease_until"])
    op.create_index("operation_by_time", "operation", ["tenant", "created_at"])


def _what_operations_hold() -> None:
    op.create_table(
        "reservation",
        sa.Column("operation_id", _ID, nullable=False),
        sa.Column("budget_id", sa.String(60), nullable=False),
        sa.Column("tenant", _ID, nullable=False),
        sa.Column("principal", _WHO, nullable=False),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("daily", sa.String(40), nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("operation_id", "budget_id"),
    )
    op.create_index("reservation_by_time", "reservation", ["tenant", "settled_at"])
    op.create_table(
        "approval",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("tenant", _ID, nullable=False),
        sa.Column("principal", _WHO, nullable=False),
        sa.Column("operation_id", _ID, nullable=False, unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("approver", _WHO, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
    )
    op.create_index("approval_by_state", "approval", ["tenant", "state"])
    op.create_table(
        "observation",
        sa.Column("tenant", _ID, nullable=False),
        sa.Column("principal", _WHO, nullable=False),
        sa.Column("account", sa.String(60), nullable=False),
        sa.Column("looked_at", _MOMENT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "account"),
    )


def _halt_and_audit() -> None:
    op.create_table(
        "halt",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("tenant", _ID, nullable=False),
        sa.Column("principal", _WHO, nullable=False),
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("paused", sa.Text, nullable=False),
    )
    op.create_index("halt_by_tenant", "halt", ["tenant", "lifted_at"])
    op.create_table(
        "audit",
        sa.Column("tenant", _ID, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("principal", _WHO, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "seq"),
    )


_ONLY_GROWS = "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
_REFUSES = "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
_EACH_ROW = "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
_APPEND_ONLY = {
    "sqlite": (
        f"CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit {_ONLY_GROWS}",
        f"CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit {_ONLY_GROWS}",
    ),
    "postgresql": (
        f"CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS {_REFUSES}",
        f"CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE OR DELETE ON audit {_EACH_ROW}",
        "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_is_append_only()",
    ),
}
