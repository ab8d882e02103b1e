"""Halts: spending stops, and goes on."""

from collections.abc import Sequence

from ..ads.accounts import Account
from ..ads.changes import PauseCampaign, UpdateCampaign
from ..ads.errors import AdsError
from ..ads.standings import Look
from ..app import App
from ..contract import AdReader
from ..gate.outcomes import Wish
from ..guarded import Guarded
from ..ledger import halts
from ..ledger.halts import Halted, Level, Paused
from ..settings import Mode
from .opening import refuse, say, who, with_gate


def scope(platform: str, account: str) -> str:
    """What is to be halted."""
    if platform and account:
        refuse("--platform and --account exclude each other.")
    if account:
        return f"account:{account}"
    return f"platform:{platform}" if platform else "all"


def halt(where: str, reason: str, *, freeze_all: bool, pause_everything: bool, mode: Mode | None) -> None:
    """Halt; then, if wanted, pause what runs and remember it."""
    level: Level = "freeze_all" if freeze_all else "freeze_increases"

    async def work(app: App, guarded: Guarded) -> Sequence[str]:
        # Increases stop first, so that nothing starts while the rest is paused; pauses stop last.
        first: Level = "freeze_increases" if pause_everything else level
        halted = await guarded.store.write(lambda tx: halts.halt(tx, who(), where, first, reason))
        said = [f"halted: {where}, {first}"]
        if pause_everything:
            said += await _pause(app, guarded, halted, where)
            if freeze_all:
                await guarded.store.write(lambda tx: halts.halt(tx, who(), where, level, reason))
                said.append(f"halted: {where}, {level}")
        return said

    for line in with_gate(work, mode):
        say(line)


def resume(where: str, *, restart: bool, mode: Mode | None) -> None:
    """End halts, and enable again what they had paused."""

    async def work(app: App, guarded: Guarded) -> Sequence[str]:
        ended = await guarded.store.write(lambda tx: halts.lift(tx, who(), where))
        said = [f"resumed: {one.scope}" for one in ended] or ["There was no such halt."]
        paused = [one for halted in ended for one in halted.paused]
        if not restart:
            return [*said, f"{len(paused)} campaigns stay paused; enable them by hand."] if paused else said
        for one in paused:
            change = UpdateCampaign(one.account, one.campaign_id, status="active")
            said.append(await _done(app, guarded, Wish(change, who(), "resume", app.directory.until())))
        return said

    for line in with_gate(work, mode):
        say(line)


async def _pause(app: App, guarded: Guarded, halted: Halted, where: str) -> list[str]:
    """Pause what runs within the halt, after it is remembered."""
    accounts = await _within(app, where)
    answers = await app.directory.ask(accounts, _look) if accounts else None
    running = [
        Paused(account.id, one.campaign.id)
        for account, look in (answers.answered if answers else ())
        for one in look.running
        if guarded.policy.mode(account.id) == "live"
    ]
    await guarded.store.write(lambda tx: halts.remember(tx, halted, running))
    said = [f"could not be looked at: {failure.subject}" for failure in (answers.failures if answers else ())]
    for one in running:
        change = PauseCampaign(one.account, one.campaign_id)
        said.append(await _done(app, guarded, Wish(change, who(), "halt", app.directory.until())))
    return said


async def _within(app: App, where: str) -> Sequence[str]:
    kind, _, name = where.partition(":")
    if kind == "account":
        return [name]
    listed = await app.directory.accounts(name)
    return [account.id for account, _ in listed.answered]


async def _look(account: Account, reader: AdReader) -> Look:
    return await reader.look(account)


async def _done(app: App, guarded: Guarded, wish: Wish) -> str:
    change = wish.change
    assert isinstance(change, PauseCampaign | UpdateCampaign)
    try:
        outcome = await guarded.gate.submit(wish)
    except AdsError as error:
        return f"{change.account} {change.campaign_id}: {error.code}: {error.message}"
    return f"{change.account} {change.campaign_id}: {outcome.operation.state if outcome.operation else 'dry run'}"
