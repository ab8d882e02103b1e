"""Halts: spending stops, and goes on."""

from collections.abc import Sequence
from functools import partial

import anyio
import typer

from ..ads.accounts import Account
from ..ads.changes import PauseCampaign, UpdateCampaign
from ..ads.errors import AdsError, Invalid
from ..ads.standings import Look
from ..app import App
from ..at_once import at_once
from ..contract import AdReader
from ..directory import Failure
from ..gate.outcomes import Wish
from ..guarded import Guarded
from ..ledger import halts
from ..ledger.halts import Halted, Level, Paused
from ..settings import Mode
from .opening import refuse, say, who, with_gate

_NO_HALT = "There was no such halt."
Done = tuple[list[str], int]
"""What a command has to say, and how much of what it should do is left."""

_AT_ONCE = 8
"""So many campaigns are paused at once: one that gets no answer keeps no other running."""


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

    async def work(app: App, guarded: Guarded) -> Done:
        _served(app, where)
        halted = await guarded.store.write(lambda tx: halts.halt(tx, who(), where, level, reason))
        said, left = [f"halted: {where}, {level}"], 0
        if pause_everything:
            paused, left = await _pause(app, guarded, halted, where)
            said += paused
        if left:
            said.append(f"{left} may run on: halt again with --pause-everything to go on with them.")
        return said, left

    _tell(with_gate(work, mode))


def resume(where: str, *, restart: bool, mode: Mode | None) -> None:
    """End halts, and enable again what they had paused; what could not be enabled is tried by the next resume."""

    async def work(app: App, guarded: Guarded) -> Done:
        ended = await guarded.store.write(lambda tx: halts.lift(tx, who(), where, restart=restart))
        said = [f"resumed: {one.scope}" for one in ended]
        if restart:
            started, left = await _restarted(app, guarded, where)
            if left:
                started.append(f"{left} are not enabled: resume again with --restart to go on with them.")
            return [*said, *started] or [_NO_HALT], left
        paused = sum(len(halted.paused) for halted in ended)
        if paused:
            said.append(f"{paused} campaigns stay paused; enable them by hand.")
        return said or [_NO_HALT], 0

    _tell(with_gate(work, mode))


def _tell(done: Done) -> None:
    """Say what was done, and end with 1 if something is left: scripts ask for that alone."""
    said, left = done
    for line in said:
        say(line)
    if left:
        raise typer.Exit(1)


def _served(app: App, where: str) -> None:
    """Refuse to halt a platform that is none: nothing would stop, and nobody would notice."""
    kind, _, name = where.partition(":")
    if kind == "platform" and name not in app.directory.platforms:
        raise Invalid(f"--platform {name}: there is none of this name here.", "See --help, or halt everything.")


async def _pause(app: App, guarded: Guarded, halted: Halted, where: str) -> Done:
    """Pause what runs within the halt, after it is remembered."""
    accounts, unseen = await _within(app, where)
    answers = await app.directory.ask(accounts, _look) if accounts else None
    running = [
        Paused(account.id, one.campaign.id)
        for account, look in (answers.answered if answers else ())
        for one in look.running
        if guarded.policy.mode(account.id) == "live"
    ]
    await guarded.store.write(lambda tx: halts.remember(tx, halted, running))
    hands = anyio.CapacityLimiter(_AT_ONCE)

    async def pause(one: Paused) -> tuple[bool, str]:
        change = PauseCampaign(one.account, one.campaign_id)
        async with hands:
            return await _done(app, guarded, Wish(change, who(), "halt", app.directory.until()))

    paused = await at_once(pause, running)
    failures = [*unseen, *(answers.failures if answers else ())]
    said = [f"could not be looked at: {failure.subject}" for failure in failures] + [line for _, line in paused]
    return said, len(failures) + sum(not applied for applied, _ in paused)


async def _restarted(app: App, guarded: Guarded, where: str) -> Done:
    """Enable what ended halts had paused, each campaign once, whoever began it and was interrupted."""
    said: list[str] = []
    left = 0
    for one, halt_id in (await guarded.store.read(lambda tx: halts.unstarted(tx, where))).items():
        change = UpdateCampaign(one.account, one.campaign_id, status="active")
        key = f"{halt_id}/{one.account}/{one.campaign_id}"
        applied, line = await _done(app, guarded, Wish(change, who(), "resume", app.directory.until(), key))
        said.append(line)
        if applied:
            await guarded.store.write(partial(halts.started, campaign=one))
        else:
            left += 1
    return said, left


async def _within(app: App, where: str) -> tuple[Sequence[str], Sequence[Failure]]:
    """The accounts within a halt, and who would not say which accounts there are."""
    kind, _, name = where.partition(":")
    if kind == "account":
        return [name], ()
    listed = await app.directory.accounts(name)
    return [account.id for account, _ in listed.answered], listed.failures


async def _look(account: Account, reader: AdReader) -> Look:
    return await reader.look(account)


async def _done(app: App, guarded: Guarded, wish: Wish) -> tuple[bool, str]:
    """Whether `wish` was carried out, and the line that says what became of it."""
    change = wish.change
    assert isinstance(change, PauseCampaign | UpdateCampaign)
    try:
        outcome = await guarded.gate.submit(wish)
    except AdsError as error:
        return False, f"{change.account} {change.campaign_id}: {error.code}: {error.message}"
    state = outcome.operation.state if outcome.operation else "dry run"
    return state == "applied", f"{change.account} {change.campaign_id}: {state}"
