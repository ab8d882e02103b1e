"""The tables. Every row says whose it is; amounts, moments and values are text, so that both stores keep them alike."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

METADATA = MetaData()
_ID = String(40)

TENANT = Table(
    "tenant",
    METADATA,
    Column("tenant", _ID, primary_key=True),
    Column("last_at", String(40), nullable=False),
    Column("audit_seq", BigInteger, nullable=False),
    Column("audit_hash", String(64), nullable=False),
    Column("policy_digest", String(64), nullable=False),
    Column("policy_text", Text, nullable=False),
    comment="one row a tenant: locked by whoever writes, so that a tenant's writes come one after the other",
)

OPERATION = Table(
    "operation",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("tool", String(60), nullable=False),
    Column("idempotency_key", String(200), nullable=True),
    Column("digest", String(64), nullable=False),
    Column("account", String(60), nullable=False),
    Column("campaign_id", _ID, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("lease_until", String(40), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
Index("operation_by_key", OPERATION.c.tenant, OPERATION.c.principal, OPERATION.c.idempotency_key, unique=True)
Index("operation_by_digest", OPERATION.c.tenant, OPERATION.c.digest, OPERATION.c.created_at)
Index(
    "operation_by_campaign",
    OPERATION.c.tenant,
    OPERATION.c.account,
    OPERATION.c.campaign_id,
    OPERATION.c.state,
    OPERATION.c.updated_at,
)
Index("operation_by_tool", OPERATION.c.tenant, OPERATION.c.tool, OPERATION.c.updated_at)
Index("operation_by_state", OPERATION.c.tenant, OPERATION.c.state, OPERATION.c.lease_until)
Index("operation_by_time", OPERATION.c.tenant, OPERATION.c.created_at)

RESERVATION = Table(
    "reservation",
    METADATA,
    Column("operation_id", _ID, nullable=False),
    Column("budget_id", String(60), nullable=False),
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("account", String(60), nullable=False),
    Column("daily", String(40), nullable=True),
    Column("settled_at", String(40), nullable=True),
    PrimaryKeyConstraint("operation_id", "budget_id"),
    comment="what a budget may commit to a day for all we know; settled_at is null while the outcome is not known",
)
Index("reservation_by_time", RESERVATION.c.tenant, RESERVATION.c.settled_at)
Index("reservation_by_operation", RESERVATION.c.tenant, RESERVATION.c.operation_id)

APPROVAL = Table(
    "approval",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("operation_id", _ID, nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("approver", String(200), nullable=False),
    Column("channel", String(40), nullable=False),
)
Index("approval_by_state", APPROVAL.c.tenant, APPROVAL.c.state)

OBSERVATION = Table(
    "observation",
    METADATA,
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("account", String(60), nullable=False),
    Column("looked_at", String(40), nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "account"),
    comment="what an account committed to when somebody last looked",
)

HALT = Table(
    "halt",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("scope", String(80), nullable=False),
    Column("level", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", String(40), nullable=False),
    Column("lifted_at", String(40), nullable=True),
    Column("paused", Text, nullable=False),
)
Index("halt_by_tenant", HALT.c.tenant, HALT.c.lifted_at)

AUDIT = Table(
    "audit",
    METADATA,
    Column("tenant", _ID, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("event", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("tenant", "seq"),
    comment="append-only, by triggers; each row's hash covers the row and the hash before it",
)

ROWS = Table(
    "handed_rows",
    METADATA,
    Column("operation_id", _ID, primary_key=True),
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("account", String(60), nullable=False),
    Column("at", String(40), nullable=False),
    Column("rows", BigInteger, nullable=False),
    comment="how many people or events an account was told of, for all we know",
)
Index("handed_rows_by_account", ROWS.c.tenant, ROWS.c.account, ROWS.c.at)

EVENT = Table(
    "event",
    METADATA,
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("destination", String(60), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("first_at", String(40), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operation_id", _ID, nullable=False),
    PrimaryKeyConstraint("tenant", "platform", "destination", "digest"),
    comment="which events were sent where: a keyed digest of each one's name and id",
)

PEOPLE_KEY = Table(
    "people_key",
    METADATA,
    Column("tenant", _ID, primary_key=True),
    Column("principal", String(200), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    comment="by which key digests of events are made here: with another, none would be recognised again",
)

FACT_MONTH = Table(
    "fact_month",
    METADATA,
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("world", String(60), nullable=False),
    Column("account", String(60), nullable=False),
    Column("level", String(20), nullable=False),
    Column("counting", String(64), nullable=False),
    Column("month", String(7), nullable=False),
    Column("objects", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "world", "account", "level", "counting", "month"),
    comment="the campaigns, ad groups or ads that the days of a month tell of, with the last of their names",
)

FACT_DAY = Table(
    "fact_day",
    METADATA,
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("world", String(60), nullable=False),
    Column("account", String(60), nullable=False),
    Column("level", String(20), nullable=False),
    Column("counting", String(64), nullable=False),
    Column("day", String(10), nullable=False),
    Column("read_at", String(40), nullable=False),
    Column("figures", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "world", "account", "level", "counting", "day"),
    comment="the sums over the known days of a month up to this one, of each object in the month's order",
)

ANSWER = Table(
    "answer",
    METADATA,
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("world", String(60), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("read_at", String(40), nullable=False),
    Column("settled", Integer, nullable=False),
    Column("keep_until", String(10), nullable=False),
    Column("size", Integer, nullable=False),
    Column("rows", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "world", "digest"),
    comment="what was answered to exactly one question; settled is 1 where none of its days moves any more",
)
Index("answer_by_age", ANSWER.c.tenant, ANSWER.c.keep_until, ANSWER.c.read_at, ANSWER.c.size)

REPORT_JOB = Table(
    "report_job",
    METADATA,
    Column("tenant", _ID, nullable=False),
    Column("principal", String(200), nullable=False),
    Column("world", String(60), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("job", Text, nullable=False),
    Column("kept_at", String(40), nullable=False),
    PrimaryKeyConstraint("tenant", "world", "digest"),
    comment="the report that a platform is making to answer a question",
)
