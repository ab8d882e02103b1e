"""What has happened is told in order, once, on both stores."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.conftest import StandingClock
from xylo_mcp.gate.chronicle import Chronicle, Happened, News
from xylo_mcp.ledger import Store, Tx, open_store


@pytest.fixture
async def store(ledger_place: str | Path, clock: StandingClock) -> AsyncGenerator[Store]:
    opened = open_store(ledger_place, "ours", clock)
    yield opened
    await opened.close()


def two_events(tx: Tx) -> None:
    tx.audit("agent", "applied", {"operation": "abcdefghijkm", "account": "act_1", "steps": ["applied"]})
    tx.audit("operator", "halted", {"scope": "all"})


async def test_what_happened_since_is_told_with_what_it_is_about(store: Store) -> None:
    chronicle = Chronicle(store)
    await store.write(lambda tx: tx.audit("agent", "refused", {}))
    head = await chronicle.head()
    await store.write(two_events)

    assert (await chronicle.head(), head) == (3, 1)
    assert await chronicle.since(head) == News(3, [Happened("applied", "abcdefghijkm", "act_1"), Happened("halted")])
    assert await chronicle.since(3) == News(3, ())


async def test_what_others_with_the_same_store_did_is_never_told(ledger_place: str | Path, store: Store) -> None:
    theirs = open_store(ledger_place, "theirs")
    await theirs.write(two_events)
    await theirs.close()

    assert await Chronicle(store).since(0) == News(0, ())
    assert await Chronicle(store).recent() == []
