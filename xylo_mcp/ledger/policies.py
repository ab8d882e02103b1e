"""The policy in force: one a tenant, whatever file a process was started with."""

import msgspec
import sqlalchemy as sa

from .store import Tx
from .tables import TENANT


class InForce(msgspec.Struct, frozen=True):
    """The policy that the store holds; both empty before the first one."""

    digest: str
    text: str


def in_force(tx: Tx) -> InForce:
    """The policy in force."""
    row = tx.connection.execute(
        sa.select(TENANT.c.policy_digest, TENANT.c.policy_text).where(TENANT.c.tenant == tx.tenant)
    ).one()
    return InForce(row.policy_digest, row.policy_text)


def adopt(tx: Tx, principal: str, policy: InForce) -> None:
    """Put `policy` in force; processes that hold another one refuse raises from now on."""
    before = in_force(tx)
    if before.digest == policy.digest:
        return
    tx.connection.execute(
        sa.update(TENANT)
        .where(TENANT.c.tenant == tx.tenant)
        .values(policy_digest=policy.digest, policy_text=policy.text)
    )
    tx.audit(principal, "policy_adopted", {"before": before.digest, "digest": policy.digest, "text": policy.text})
