"""Watches over a play: compares what the ledger says with what the sandbox knows, after every request and step."""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import combinations

import sqlalchemy as sa

from tests.worst_case import hearing
from tests.worst_case.caps import Caps
from tests.worst_case.ground import Ground, changed
from tests.worst_case.policies import POLICIES
from tests.worst_case.records import Records
from tests.worst_case.replicas import Errand
from tests.worst_case.story import Sending
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.operations import ENDED, Operation
from xylo_mcp.guard.policy import Policy, load
from xylo_mcp.ledger.tables import OPERATION
from xylo_mcp.sandbox.world import Campaign

_TWINS = timedelta(minutes=10)
_POLICIES: Mapping[str, Policy] = {policy.digest: policy for policy in map(load, POLICIES)}


class Watch:
    """Sees to it that nothing is broken in the play of a tenant."""

    def __init__(self, ground: Ground, engine: sa.Engine, tenant: str) -> None:
        self._ground = ground
        self.records = Records(engine, tenant)
        self.story = self.records.story
        self._caps = Caps(ground)
        self._arrivals = 0
        self._seen: Mapping[str, Campaign] = ground.everything()
        self._edited: set[str] = set()  # by others, since a call is in flight that may not have seen it
        self._before: dict[Sending, Campaign | None] = {}
        self._at_first: dict[str, Campaign | None] = {}
        self._made: Counter[str] = Counter()
        self._did: set[str] = set()

    def is_done(self, operation: Operation) -> bool:
        """Whether the world shows what `operation` was to do."""
        if isinstance(operation.change, CreateCampaign):
            return self._made[operation.id] > 0
        campaign = self._ground.everything()[operation.campaign_id]
        if isinstance(operation.change, PauseCampaign):
            return campaign.switch != "on"
        change = operation.campaign_change
        return not isinstance(change, UpdateCampaign) or changed(campaign, change) == campaign

    def arrived(self, platform: str, errand: Errand, turned_away: bool) -> None:  # noqa: FBT001  # it is called so
        """A request for a change was at its platform, or met a fault before.

        If it was turned away because its token has expired, it may come once more with another one.
        """
        attempts = self._ground.world.attempts()
        if len(attempts) == self._arrivals:
            return
        _, where, verb, target = attempts[self._arrivals]
        self._arrivals += 1
        told = f"{verb} of {target} on {where}"
        self._must(f"{told} came while {platform} was asked", hold=where == platform)
        self._must(f"{told} was sent by whoever may not write", hold=errand.may_write)
        self._catch_up()
        if turned_away:
            self._must(f"{told} was turned away and did something", hold=self._seen == self._ground.everything())
            return
        sending = self._claimed(platform, str(verb), str(target))
        if sending is None:
            self._must(f"{told} has no record of its sending", hold=False)
            return
        self._judge(sending)
        self._judge_sums(told)

    @contextmanager
    def others(self) -> Generator[None]:
        """What happens in here is none of our doing: the world, the time or the policy is changed by others."""
        self._catch_up()
        before = self._ground.committed(self._open())
        yield
        self._catch_up()
        self._caps.others_did(before, self._ground.committed(self._open()))
        was, self._seen = self._seen, self._ground.everything()
        self._edited |= {key for key, one in self._seen.items() if one != was.get(key)}

    @contextmanager
    def in_flight(self) -> Generator[None]:
        """In here, a call is under way that may have looked already."""
        self._caps.in_flight = True
        self._edited.clear()
        yield
        self._caps.in_flight = False

    def look(self) -> None:
        """What must hold after every step."""
        self._catch_up()
        self._judge_sums("this step")
        attempts = len(self._ground.world.attempts())
        self._must(f"{attempts} attempts, of which {self._arrivals} passed", hold=attempts == self._arrivals)
        if self.story.fresh:
            self._judge_records(self.records.operations())
            self.story.fresh.clear()
        assert not self.story.broken, "\n".join(self.story.broken)

    def at_rest(self) -> None:
        """What must hold when time enough has passed."""
        everyone = self.records.operations()
        assert [one.id for one in everyone if one.state in ("sending", "unknown")] == []
        assert self.records.holding() <= {one.id for one in everyone if one.state == "quarantined"}
        assert self.records.broken_chain() is None
        assert hearing.secrets_in(self.records.everything()) == []

    def _must(self, otherwise: str, *, hold: bool) -> None:
        self.story.must(otherwise, hold=hold)

    def _judge_records(self, everyone: Sequence[Operation]) -> None:
        """Each operation that has ended did so once; what may be done is so once a key, or once of equal creates."""
        for one in everyone:
            found, wanted = self.story.outcomes[one.id], int(one.state in ENDED)
            self._must(f"{one.id} is {one.state} and ended {found} times", hold=found == wanted)
            lies = one.state == "failed" and not one.note and one.id in self._did
            self._must(f"{one.id} is said to have failed, and did something", hold=not lies)
        alive = [one for one in everyone if one.state not in ("failed", "rejected", "expired")]
        keys = Counter((one.principal, one.key) for one in alive if one.key)
        self._must(f"{keys} were used again", hold=all(times == 1 for times in keys.values()))
        creates = [one for one in alive if isinstance(one.change, CreateCampaign) and not one.key]
        for one, next_one in combinations(creates, 2):
            equal = (one.principal, one.digest) == (next_one.principal, next_one.digest)
            apart = not equal or next_one.created_at - one.created_at >= _TWINS
            self._must(f"{one.id} and {next_one.id} are twins", hold=apart)

    def _judge(self, sending: Sending) -> None:
        (operation,) = self.records.operations(OPERATION.c.id == sending.operation)
        self._judge_halts(sending, operation)
        self._judge_permission(sending, operation)
        self._judge_effect(sending)

    def _judge_halts(self, sending: Sending, operation: Operation) -> None:
        """Nothing is sent past a halt but what it lets through."""
        grows = self._grows(sending, operation.steps[sending.step].change)
        here = ("all", f"platform:{operation.platform}", f"account:{operation.account}")
        for scope, level in sending.halts:
            passes = scope not in here or (level == "freeze_increases" and not grows)
            self._must(f"{operation.id} was sent in spite of {level} of {scope}", hold=passes)

    def _judge_permission(self, sending: Sending, operation: Operation) -> None:
        """No increase but by the policy in force, or by a person's word for exactly this."""
        which, policy = operation.id, _POLICIES[sending.policy]
        asked = self.story.approvals.get(operation.approval)
        if sending.step == 0 and isinstance(operation.change, UpdateCampaign):
            self._must(f"{which} was sent beside another", hold=not self._earlier(operation))
        if asked is not None:
            self._must(f"{which} was sent by an approval that is {asked.said}", hold=asked.said == "used")
            self._must(f"{which} was sent by an approval of something else", hold=asked.digest == operation.digest)
        if sending.step > 0 or not self._grows(
            sending, operation.campaign_change
        ):  # all steps are allowed together, before the first
            return
        self._must(f"{which} was sent to an account not live", hold=policy.mode(operation.account) == "live")
        if asked is not None:
            return
        self._must(f"{which} was judged by a policy not in force", hold=operation.policy == sending.policy)
        most = policy.approvals.above_daily
        if most is not None and isinstance(operation.change, UpdateCampaign):
            then = changed(self._seen[operation.campaign_id], operation.change)
            daily = self._ground.potential(then)
            self._must(f"{which} commits {daily} without a person", hold=then.switch != "on" or daily <= most)

    def _judge_effect(self, sending: Sending) -> None:
        """One request changes its own campaign and no other, or makes one that is off, once."""
        which, now = sending.operation, self._ground.everything()
        touched = {key for key, one in now.items() if one != self._seen.get(key)}
        new = touched - self._seen.keys()
        self._made[which] += len(new)
        self._did |= {which} if touched else set()
        self._must(f"{which} made {self._made[which]} campaigns", hold=self._made[which] <= (not sending.campaign))
        self._must(f"{which} changed {touched}", hold=touched - new <= {sending.campaign})
        self._must(f"{which} made a campaign that runs", hold=all(now[key].switch == "off" for key in new))
        self._seen = now

    def _judge_sums(self, when: str) -> None:
        sums = self._ground.committed(self._open())
        for broken in self._caps.exceeded(sums, _POLICIES[self.story.policy]):
            self._must(f"after {when} {broken}", hold=False)

    def _claimed(self, platform: str, verb: str, target: str) -> Sending | None:
        """The record of this request's sending, used up by it: what has ended was turned away before it was seen here."""
        for sending in sorted(self.story.sendings, key=lambda one: self.story.outcomes[one.operation]):
            campaign = self._seen.get(sending.campaign)
            names = () if campaign is None else (campaign.id, campaign.budget_id)
            is_it = target in names if sending.campaign else verb.startswith("create")
            if is_it and self._ground.place_of(sending.account).platform == platform:
                self.story.sendings.remove(sending)
                return sending
        return None

    def _grows(self, sending: Sending, change: Change) -> bool:
        """Whether more may be spent after `change` than when its sending was written down, now or once it is enabled."""
        campaign = self._before[sending]
        if not isinstance(change, UpdateCampaign) or campaign is None:
            return isinstance(change, CreateCampaign)
        if self._caps.in_flight and campaign.id in self._edited:
            return False  # not for all we can know
        enables = change.status == "active" and campaign.switch != "on"
        return enables or self._ground.potential(changed(campaign, change)) > self._ground.potential(campaign)

    def _earlier(self, operation: Operation) -> Sequence[Operation]:
        """Earlier operations on the campaign of which it is not certain what became of them."""
        place = self.story.order[operation.id]
        return [
            one
            for one in self.records.unsettled()
            if one.campaign_id == operation.campaign_id and self.story.order[one.id] < place
        ]

    def _open(self) -> Sequence[UpdateCampaign]:
        """The raises of which it is not certain whether they are done; what was none when it was sent is none."""
        return [
            one.change
            for one in self.records.unsettled()
            if isinstance(one.change, UpdateCampaign) and self._raised(one.id, one.change)
        ]

    def _raised(self, operation: str, change: UpdateCampaign) -> bool:
        before = self._at_first.get(operation)
        if before is None:
            return False
        place = self._ground.place_of(change.account)
        now, then = (self._ground.budgets(place, one) for one in (before, changed(before, change)))
        return place.worth(then.values()) > place.worth(now.values())

    def _catch_up(self) -> None:
        self._ground.latest = self.records.catch_up()
        for sending in self.story.sendings:
            campaign = self._before.setdefault(sending, self._seen.get(sending.campaign))
            self._at_first.setdefault(sending.operation, campaign)
