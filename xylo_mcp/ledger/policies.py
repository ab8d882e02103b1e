"""The policy in force: one a tenant, whatever file a process was started with."""

import msgspec
import sqlalchemy as sa

from .statements import Statement, of
from .store import Tx
from .tables import TENANT


class InForce(msgspec.Struct, frozen=True):
    """The policy that the store holds; both empty before the first one."""

    digest: str
    text: str


_OURS = TENANT.c.tenant == of("tenant")
_IN_FORCE = Statement(sa.select(TENANT.c.policy_digest, TENANT.c.policy_text).where(_OURS))
_ADOPT = Statement(sa.update(TENANT).where(_OURS).values(policy_digest=of("digest"), policy_text=of("text")))


def in_force(tx: Tx) -> InForce:
    """The policy in force."""
    ((digest, text),) = tx.rows(_IN_FORCE)
    return InForce(digest, text)


def adopt(tx: Tx, principal: str, policy: InForce) -> None:
    """Put `policy` in force; processes that hold another one refuse raises from now on."""
    before = in_force(tx)
    if before.digest == policy.digest:
        return
    tx.run(_ADOPT, digest=policy.digest, text=policy.text)
    tx.audit(principal, "policy_adopted", {"before": before.digest, "digest": policy.digest, "text": policy.text})
