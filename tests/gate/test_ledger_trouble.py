"""Where the ledger fails nothing is sent, reading goes on, and what was sent before is not forgotten or denied."""

import os
import shutil
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import (
    ACCOUNT,
    OpenServer,
    Server,
    Shop,
    alter_ledger,
    budget,
    create,
    in_a_file,
    policy,
    together,
)
from xylo_mcp.ads.changes import PauseCampaign
from xylo_mcp.ads.errors import Misconfigured, OutcomeUnknown, Refused, Unrecorded
from xylo_mcp.app import Wrappers, open_app
from xylo_mcp.gate.outcomes import Outcome
from xylo_mcp.ledger.store import Moment
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings

CAPPED = policy(caps="campaign = 500\naccount = 100")


async def still_reads(server: Server) -> bool:
    return not (await server.app.directory.accounts()).failures


async def pragma(server: Server, statement: str) -> int:
    """What a setting of the server's own connection to its file is now."""
    return int(await server.store.read(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA {statement}").scalar_one()))


@in_a_file
async def test_a_ledger_that_somebody_keeps_locked_stops_changes_and_no_reading(
    server: Server, shop: Shop, settings: Settings
) -> None:
    campaign = shop.open(20)
    await pragma(server, "busy_timeout = 50")
    other = sqlite3.connect(settings.ledger_place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    for change in (budget(campaign, "21"), PauseCampaign(ACCOUNT, campaign), create()):
        with pytest.raises(Unrecorded):
            await server.submit(change)
    reads = await still_reads(server)
    other.execute("ROLLBACK")
    other.close()

    assert (reads, shop.writes()) == (True, 0)
    assert (await server.done(budget(campaign, "21"))).state == "applied"


@in_a_file
async def test_a_disk_that_fills_up_stops_changes_and_no_reading(server: Server, shop: Shop) -> None:
    campaigns = [shop.open(20) for _ in range(40)]
    full = await pragma(server, "page_count")
    await pragma(server, f"max_page_count = {full}")

    came = [(await together(partial(server.submit, budget(campaign, "21"))))[0] for campaign in campaigns]
    reads = await still_reads(server)
    await pragma(server, f"max_page_count = {full + 1000}")

    refused = [one for one in came if isinstance(one, Unrecorded)]
    assert len(refused) > 0
    assert {type(one) for one in came} <= {Outcome, OutcomeUnknown, Unrecorded}
    assert reads
    assert shop.writes() == len(await server.operations()) == len(came) - len(refused)
    assert (await server.done(budget(campaigns[-1], "22"))).state == "applied"


@contextmanager
def patched(place: Path, bytes_at: Mapping[int, bytes]) -> Generator[None]:
    """The file with other bytes in some places, for as long as the context lasts."""
    whole = place.read_bytes()
    other = bytearray(whole)
    for at, value in bytes_at.items():
        other[at : at + len(value)] = value
    place.write_bytes(other)
    yield
    place.write_bytes(whole)


def pages(place: Path, table: str) -> dict[int, bytes]:
    """Nothing but ones where `table` and its indexes begin, or every table (empty)."""
    with sqlite3.connect(place) as raw:
        chosen = "SELECT rootpage FROM sqlite_master WHERE rootpage > 0 AND ? IN ('', tbl_name)"
        roots = [page for (page,) in raw.execute(chosen, (table,))]
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    return {(page - 1) * size: b"\xff" * size for page in roots}


@in_a_file
@pytest.mark.parametrize("trouble", ["operation", "audit", "", "read-only"])
async def test_a_ledger_that_is_damaged_or_can_only_be_read_stops_changes_and_no_reading(
    open_server: OpenServer, shop: Shop, settings: Settings, house: House, clock: StandingClock, trouble: str
) -> None:
    campaign, place = shop.open(20), Path(settings.ledger_place)
    async with open_server() as server:
        await server.submit(budget(campaign, "21"))
    # A write version beyond 2 is that of a file to be read alone (SQLite docs, "Database file format", 1.3.3).
    other = {18: b"\3"} if trouble == "read-only" else pages(place, trouble)

    with patched(place, other):
        async with open_app(settings, clock, house) as app:
            with pytest.raises(Unrecorded):
                await Server(app, await app.guarded.get()).submit(budget(campaign, "22"))
            assert not (await app.directory.accounts()).failures
    assert (shop.daily(campaign), shop.writes()) == (Decimal(21), 1)


@in_a_file
async def test_a_write_ahead_log_that_was_deleted_lets_no_second_server_change_anything(
    open_server: OpenServer, shop: Shop, settings: Settings, house: House, clock: StandingClock
) -> None:
    campaign = shop.open(20)
    async with open_server() as server:
        await server.submit(budget(campaign, "21"))
        os.unlink(f"{settings.ledger_place}-wal")  # noqa: PTH108  # what others may do at any time

        async with open_app(settings, clock, house) as app:
            with pytest.raises(Unrecorded):
                await app.guarded.get()
            assert not (await app.directory.accounts()).failures
        went_on = await server.done(budget(campaign, "22"))
    async with open_server() as again:
        assert went_on in await again.operations()

    assert shop.writes() == 2


@pytest.mark.parametrize("change", ["raise", "create"])
async def test_a_ledger_that_fails_after_something_was_sent_denies_nothing_and_finds_out_later(
    open_server: OpenServer, shop: Shop, clock: StandingClock, settings: Settings, change: str
) -> None:
    campaign = shop.open(20)
    commits: list[str] = []

    def lost(moment: Moment) -> None:
        commits.append(moment)
        if commits == ["before", "after"] and armed:  # what is sent is written down: now the ledger goes away
            alter_ledger(settings.ledger_place, "ALTER TABLE operation RENAME TO elsewhere")

    armed = False
    async with open_server(wrappers=Wrappers(commit=lost)) as server:
        await server.app.directory.accounts()
        commits.clear()
        armed = True
        with pytest.raises(OutcomeUnknown, match="was sent, and the ledger failed") as unknown:
            await server.submit(budget(campaign, "21") if change == "raise" else create(), key="k1")
        alter_ledger(settings.ledger_place, "ALTER TABLE elsewhere RENAME TO operation")
        clock.now += timedelta(minutes=4)
        (settled,) = await server.guarded.settler.settle_due()

    assert (settled.id, settled.state) == (unknown.value.operation_id, "applied")
    assert shop.writes() == 1


def copied(place: Path, to: Path) -> None:
    """A backup of the ledger, as the database itself makes it."""
    with sqlite3.connect(place) as live, sqlite3.connect(to) as backup:
        live.backup(backup)
    live.close()
    backup.close()


@in_a_file
async def test_after_a_backup_of_an_hour_ago_was_restored_caps_hold_against_what_the_platform_shows(
    open_server: OpenServer, shop: Shop, clock: StandingClock, settings: Settings, tmp_path: Path
) -> None:
    raised, other = shop.open(20), shop.open(20)
    place = Path(settings.ledger_place)
    async with open_server(CAPPED) as server:
        before = await server.done(budget(raised, "30"), key="k1")
        copied(place, tmp_path / "backup")
        clock.now += timedelta(hours=1)
        await server.submit(budget(raised, "70"), key="k2")
    shutil.copy(tmp_path / "backup", place)

    async with open_server(CAPPED) as server:
        with pytest.raises(Refused) as refused:
            await server.submit(budget(other, "30.01"))
        await server.submit(budget(other, "30"))
        again = await server.submit(budget(raised, "70"), key="k2")

        assert (await server.submit(budget(raised, "30"), key="k1")).operation == before
    assert [limit.current for limit in refused.value.limits] == ["90.00 USD per day"]
    assert again.replayed == ""  # its key is forgotten: what it sets is set again, and nothing is added
    assert shop.committed() == Decimal(100)


async def test_a_ledger_of_a_newer_program_stops_changes_and_no_reading(
    open_server: OpenServer, shop: Shop, settings: Settings, house: House, clock: StandingClock
) -> None:
    async with open_server():
        pass
    alter_ledger(settings.ledger_place, "UPDATE alembic_version SET version_num = '9999'")

    async with open_app(settings, clock, house) as app:
        with pytest.raises(Misconfigured, match="newer version"):
            await app.guarded.get()
        assert not (await app.directory.accounts()).failures
    assert shop.writes() == 0
