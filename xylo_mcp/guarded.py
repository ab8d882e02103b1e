"""Puts the gate together: policy, ledger, guard and the platforms that it alone may have write."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple

import msgspec
from anyio import to_thread

from .ads.people import Consent
from .contract import AdPlatform, Clock
from .directory import Directory
from .gate.chronicle import Chronicle
from .gate.gate import Gate
from .gate.people.asking import Asking
from .gate.people.book import Book
from .gate.people.events import EventDoor
from .gate.people.lists import ListDoor
from .gate.people.means import Means
from .gate.sending import Sender
from .gate.settling import Settler
from .guard.files import SANDBOX
from .guard.policy import Policy
from .ledger import Around, Store, Tx, open_store, policies
from .rulebook import Rules
from .settings import Settings


class Clocks(NamedTuple):
    """The present moment, and what replaces the store's own clock."""

    now: Clock
    of_store: Clock | None


class Guarded(msgspec.Struct, frozen=True):
    """The gate, and what belongs to it; `lists` and `events` are its doors for people's data."""

    gate: Gate
    lists: ListDoor
    events: EventDoor
    settler: Settler
    store: Store
    policy: Policy
    chronicle: Chronicle


@asynccontextmanager
async def guarded(
    settings: Settings,
    rules: Rules,
    directory: Directory,
    platforms: Mapping[str, AdPlatform],
    clocks: Clocks,
    around: Around,
) -> AsyncGenerator[Guarded]:
    """The gate for as long as the context lasts.

    Raises:
        Unrecorded: the ledger cannot be used.
    """
    policy, text = rules
    store = await to_thread.run_sync(open_store, settings.ledger_place, settings.tenant, clocks.of_store, around)
    try:
        await store.write(lambda tx: _first_policy(tx, policies.InForce(policy.digest, text)))
        sender = Sender(store, platforms, settings.deadline)
        gate = Gate(
            directory,
            store,
            policy,
            sender,
            rehearsing=settings.mode == "dry_run",
            read_only=settings.read_only,
        )
        asking, book = Asking(gate, store, policy, platforms), Book(store)
        drops = frozenset[Consent]({"denied"} if policy.telling.consent == "not_denied" else {"denied", "unsaid"})
        means = Means(directory, asking, book, clocks.now, drops, settings.deadline)
        window = timedelta(minutes=policy.settling.minutes)
        yield Guarded(
            gate=gate,
            lists=ListDoor(means),
            events=EventDoor(means),
            settler=Settler(directory, store, sender, window),
            store=store,
            policy=policy,
            chronicle=Chronicle(store),
        )
    finally:
        await store.close()


def _first_policy(tx: Tx, policy: policies.InForce) -> None:
    """Put a policy in force where there is none yet, or only the sandbox's own of an earlier version."""
    before = policies.in_force(tx)
    if not before.digest or (policy.text == SANDBOX and before.text.startswith(SANDBOX.partition("\n")[0])):
        policies.adopt(tx, "server", policy)
