"""What was written to the world since it was made: new campaigns, and other values for those there were."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from .cast import AccountPlan, AdGroup, Campaign, Cast, Goal, State, Switch
from .memory import Memory

_DAY = timedelta(days=1)
_NEW = 20_000
_BUDGETS = 50_000
_STATES: Mapping[Switch, State] = {"on": "delivering", "off": "off", "archived": "gone", "deleted": "gone"}
_Seeded = Callable[[str, AccountPlan], Iterable[Campaign]]


@dataclass(slots=True)
class _Shelf:
    """The campaigns of one account as far as they are known here."""

    by_id: dict[str, Campaign]
    revision: int = 0
    in_order: Sequence[Campaign] = field(default=())


@dataclass(slots=True)
class _Groups:
    """The ad groups of one account that were written to, by campaign and id, as far as they are known here."""

    by_campaign: dict[str, dict[str, AdGroup]] = field(default_factory=dict[str, dict[str, AdGroup]])
    revision: int = 0


class Edits:
    """The campaigns as they are now: the seeded ones, with what any process wrote since."""

    def __init__(self, memory: Memory, seeded: _Seeded) -> None:
        self._memory, self._seeded = memory, seeded
        self._shelves: dict[tuple[str, str], _Shelf] = {}
        self._groups: dict[tuple[str, str], _Groups] = {}

    def campaigns(self, platform: str, plan: AccountPlan) -> Sequence[Campaign]:
        """All of an account, lowest id first."""
        return self._shelf(platform, plan).in_order

    def campaign(self, platform: str, plan: AccountPlan, campaign_id: str) -> Campaign | None:
        """The one with this id."""
        return self._shelf(platform, plan).by_id.get(campaign_id)

    def ad_groups(self, platform: str, campaign: Campaign) -> Mapping[str, AdGroup]:
        """The ad groups of `campaign` that were written to, by id."""
        known = self._groups.setdefault((platform, campaign.account.id), _Groups())
        for revision, data in self._since("ad_group", platform, campaign.account.id, known.revision):
            group = msgspec.json.decode(data, type=AdGroup)
            known.by_campaign.setdefault(group.campaign, {})[group.id] = group
            known.revision = revision
        return known.by_campaign.get(campaign.id, {})

    def forget(self) -> None:
        """Read everything again when it is next asked for."""
        self._shelves.clear()
        self._groups.clear()

    def _since(self, kind: str, platform: str, account: str, revision: int) -> Sequence[tuple[int, str]]:
        """What was written to one account after `revision`, and in which revision, the oldest first."""
        rows = self._memory.read(
            "SELECT revision, data FROM edit"
            " WHERE platform = ? AND kind = ? AND account = ? AND revision > ? ORDER BY revision",
            platform,
            kind,
            account,
            revision,
        )
        return [(int(str(number)), str(data)) for number, data in rows]

    def _shelf(self, platform: str, plan: AccountPlan) -> _Shelf:
        shelf = self._shelves.get((platform, plan.id))
        if shelf is None:
            seeded = tuple(self._seeded(platform, plan))
            shelf = _Shelf({one.id: one for one in seeded}, in_order=seeded)
            self._shelves[platform, plan.id] = shelf
        if written := self._since("campaign", platform, plan.id, shelf.revision):
            for revision, data in written:
                campaign = _decoded(data, plan)
                shelf.by_id[campaign.id] = campaign
                shelf.revision = revision
            shelf.in_order = tuple(sorted(shelf.by_id.values(), key=lambda one: int(one.id)))
        return shelf


@dataclass(frozen=True, slots=True)
class Editor:
    """Writes to one platform, within a transaction that is open."""

    db: sqlite3.Connection
    edits: Edits
    cast: Cast
    clock: Callable[[], datetime]

    def campaigns(self, plan: AccountPlan) -> Sequence[Campaign]:
        """All campaigns of an account as they are now, lowest id first."""
        return self.edits.campaigns(self.cast.platform, plan)

    def create(  # a campaign has so many sides
        self,
        plan: AccountPlan,
        *,
        name: str,
        goal: Goal,
        switch: Switch,
        daily: int = 0,
        lifetime: int = 0,
        first_day: date | None = None,
        last_day: date | None = None,
        details: Mapping[str, str] | None = None,
    ) -> Campaign:
        """A campaign that was not there; nothing is in it, so it never delivers. Amounts are minor units."""
        begin = self.cast.first_campaign + self.cast.accounts.index(plan) * 100_000
        made = [int(one.id) for one in self.campaigns(plan) if int(one.id) >= begin + _NEW]
        number = max(made, default=begin + _NEW - 1) + 1
        now = self.clock()
        campaign = Campaign(
            id=str(number),
            account=plan,
            name=name,
            goal=goal,
            switch=switch,
            state=_STATES[switch],
            daily=daily,
            lifetime=lifetime,
            budget_id=str(number + _BUDGETS),
            first_day=first_day or self._today(plan),
            last_day=last_day,
            created=now,
            modified=now,
            details=details or {},
        )
        self._keep("campaign", plan, campaign.id, _encoded(campaign))
        return campaign

    def update(self, campaign: Campaign, **values: object) -> Campaign:
        """`campaign` with other values for some of its fields. What it delivers follows from the next day on."""
        changed: Campaign = replace(campaign, **values, modified=self.clock())  # type: ignore[arg-type]  # field by field
        today = self._today(campaign.account)
        if changed.switch != campaign.switch:
            over = changed.last_day is not None and changed.last_day < today
            state: State = "ended" if changed.switch == "on" and over else _STATES[changed.switch]
            changed = replace(changed, state=state)
        elif changed.state in {"delivering", "ended"} and changed.last_day != campaign.last_day:
            over = changed.last_day is not None and changed.last_day < today
            changed = replace(changed, state="ended" if over else "delivering")
        if campaign.appetite:
            changed = replace(changed, phases=_phases(campaign, changed, today))
        self._keep("campaign", campaign.account, campaign.id, _encoded(changed))
        return changed

    def update_ad_group(self, campaign: Campaign, group: AdGroup, **values: object) -> AdGroup:
        """`group` of `campaign` with other values for some of its fields."""
        changed: AdGroup = replace(group, **values)  # type: ignore[arg-type]  # field by field
        self._keep("ad_group", campaign.account, group.id, msgspec.json.encode(changed).decode())
        return changed

    def _keep(self, kind: str, plan: AccountPlan, identity: str, data: str) -> None:
        self.db.execute(
            "INSERT INTO edit (kind, platform, account, id, data) VALUES (?, ?, ?, ?, ?)",
            (kind, self.cast.platform, plan.id, identity, data),
        )

    def _today(self, plan: AccountPlan) -> date:
        return self.clock().astimezone(ZoneInfo(plan.time_zone)).date()


def _appetite(campaign: Campaign) -> int:
    """What a campaign goes on to spend on an average day."""
    if campaign.switch != "on":
        return 0
    if campaign.lifetime and campaign.last_day is not None:
        return campaign.lifetime // ((campaign.last_day - campaign.first_day).days + 1)
    return campaign.daily or campaign.appetite


def _phases(campaign: Campaign, changed: Campaign, today: date) -> tuple[tuple[date, int], ...]:
    """What `changed` spends from which day on: until today what `campaign` did, which must not come to differ."""
    past, appetite = campaign.phases, _appetite(changed)
    if campaign.state in {"in_review", "rejected"}:
        past = ((date.min, 0),)
    elif changed.first_day < min(campaign.first_day, today + _DAY):
        past = ((date.min, 0), (campaign.first_day, campaign.appetite), *past)
    over = campaign.last_day is not None and campaign.last_day < today
    if over and campaign.last_day != changed.last_day and campaign.last_day is not None:
        past = (*past, (campaign.last_day + _DAY, 0))
    if appetite == replace(campaign, phases=past).appetite_on(today + _DAY):
        return past
    return (*past, (today + _DAY, appetite))


def _encoded(campaign: Campaign) -> str:
    values = {part.name: getattr(campaign, part.name) for part in fields(campaign) if part.name != "account"}
    return msgspec.json.encode(values).decode()


def _decoded(data: str, plan: AccountPlan) -> Campaign:
    values: dict[str, object] = msgspec.json.decode(data)
    return msgspec.convert({**values, "account": msgspec.to_builtins(plan)}, Campaign)
