"""Policies: written, checked, explained and put in force."""

from collections.abc import Sequence
from pathlib import Path

import anyio

from ..ads.errors import AdsError
from ..guard.files import example, load_file
from ..guard.policy import Policy, PolicyInvalid, load
from ..ledger import open_store, policies
from ..settings import Mode, Unset, read_settings
from .opening import refuse, say, who


def write(path: Path, accounts: Sequence[str], currency: str) -> None:
    """Write a policy to begin with."""
    text = example(accounts, currency)
    if accounts:
        _checked(text)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as failure:
        refuse(f"{path} was not written ({failure.strerror}).")
    path.chmod(0o600)
    say(f"{path}: read it, change it, then run: xylo-mcp policy check {path}")


def check(path: Path) -> None:
    """Say whether the policy can be used."""
    policy, _ = _read(path)
    say(f"{path}: good. Version {policy.digest[:12]}, {len(policy.accounts)} accounts, amounts in {policy.currency}.")


def explain(path: Path) -> None:
    """Say in words what the policy allows."""
    policy, _ = _read(path)
    for line in _words(policy):
        say(line)


def adopt(path: Path, mode: Mode | None) -> None:
    """Put the policy in force, in the ledger that these settings name."""
    policy, text = _read(path)
    try:
        settings = read_settings(mode=mode)
    except Unset as unset:
        refuse(str(unset))

    async def work() -> None:
        store = open_store(settings.ledger_place, settings.tenant)
        await store.write(lambda tx: policies.adopt(tx, who(), policies.InForce(policy.digest, text)))
        await store.close()

    try:
        anyio.run(work)
    except AdsError as error:
        refuse(f"{error.message} {error.fix}")
    say(f"{path} is in force, version {policy.digest[:12]}. Servers started with another one refuse raises now.")


def _read(path: Path) -> tuple[Policy, str]:
    try:
        return load_file(path)
    except PolicyInvalid as wrong:
        refuse(str(wrong))


def _checked(text: str) -> None:
    try:
        load(text)
    except PolicyInvalid as wrong:
        refuse(f"This would be no policy: {wrong}")


def _words(policy: Policy) -> Sequence[str]:
    unit = f"{policy.currency} per day"
    caps, raises, pace = policy.caps, policy.raises, policy.pace
    beyond = "is refused" if raises.beyond == "refuse" else "needs a person"
    said = [
        *(f"{account}: {mode}" for account, mode in policy.accounts.items()),
        "every other account: refused" if "*" not in policy.accounts else "",
        f"committed at most {caps.campaign} {unit} by a campaign",
        _if(caps.account, f"committed at most {caps.account} {unit} by an account"),
        *(f"{account}: at most {cap} {unit}" for account, cap in caps.accounts.items()),
        _if(caps.platform, f"committed at most {caps.platform} {unit} on a platform"),
        *(f"{name}: at most {cap} {unit}" for name, cap in caps.platforms.items()),
        _if(caps.total, f"committed at most {caps.total} {unit} in all"),
        _if(raises.single_percent, f"a raise by more than {raises.single_percent} % at once {beyond}"),
        _if(raises.single_amount, f"a raise by more than {raises.single_amount} {unit} at once {beyond}"),
        _if(raises.day_percent, f"raises by more than {raises.day_percent} % within 24 hours: the last {beyond}"),
        _if(raises.day_amount, f"raises by more than {raises.day_amount} {unit} within 24 hours: the last {beyond}"),
        _if(policy.cuts.most_percent, f"a cut by more than {policy.cuts.most_percent} % needs a person"),
        _if(policy.budgets.minimum, f"a campaign has at least {policy.budgets.minimum} {unit}"),
        _if(pace.cooldown_minutes, f"after a change, {pace.cooldown_minutes} minutes without a raise"),
        _if(pace.writes_per_minute, f"{pace.writes_per_minute} changes a minute; pauses and cuts are never delayed"),
        _if(pace.campaigns_per_day, f"{pace.campaigns_per_day} new campaigns a day"),
        _if(policy.approvals.above_daily, f"committing more than {policy.approvals.above_daily} {unit} needs a person"),
        f"a person answers by {' or '.join(policy.approvals.channels) or 'no channel: such changes stay undone'}",
    ]
    return [line for line in said if line]


def _if(value: object, line: str) -> str:
    return "" if value is None else line
