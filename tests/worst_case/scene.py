"""Where a play takes place: two replicas, one ledger, three platforms, one clock, and who watches."""

from collections.abc import Awaitable, Mapping
from decimal import Decimal
from typing import TypeVar

from tests.conftest import StandingClock
from tests.worst_case.acts import Write
from tests.worst_case.ground import Ground, Place
from tests.worst_case.replicas import ERRAND, Errand, Killed, Replica
from tests.worst_case.theatre import Terms, Theatre
from tests.worst_case.watch import Watch
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.world import Campaign

_Result = TypeVar("_Result")


class Scene:
    """All there is in a play. `stranger` is a server of another tenant, on the same ledger and platforms."""

    def __init__(self, theatre: Theatre) -> None:
        self._theatre, self._tenant = theatre, theatre.tenant()
        self._file = theatre.world(self._tenant)
        self.clock = StandingClock()
        self.house = House(self._file, 1, self.clock)
        self.ground = Ground(self.house)
        self.watch = Watch(self.ground, theatre.engine, self._tenant)
        self.replicas = [self._replica(), self._replica()]
        self.terms = [Terms(), Terms()]
        self.stranger = self._replica()

    async def start(self, number: int) -> None:
        """Start a replica, or start it again."""
        await self.replicas[number].start(self._theatre.settings(self._tenant, self.terms[number]))

    async def start_stranger(self) -> None:
        """Start the server of the other tenant unless it runs."""
        if not self.stranger.runs:
            await self.stranger.start(self._theatre.settings(f"{self._tenant}-not", Terms()))

    async def close(self) -> None:
        """Leave nothing open."""
        for replica in (*self.replicas, self.stranger):
            await replica.stop()
        self.house.close()
        self._file.unlink()

    async def send(self, errand: Errand, work: Awaitable[_Result]) -> _Result | None:
        """What `work` gives, done on this errand; None if its process was killed."""
        token = ERRAND.set(errand)
        try:
            return await work
        except Killed:
            return None
        except BaseExceptionGroup as group:
            if group.subgroup(Killed) is None:
                raise
            return None
        finally:
            ERRAND.reset(token)

    def campaign(self, place: Place, which: int) -> Campaign:
        """One of the account's campaigns: those that were made last come first."""
        everyone = list(self.ground.campaigns(place).values())[::-1]
        return everyone[which % len(everyone)]

    def operation(self, which: int) -> str:
        """The id of one of the operations, empty if there is none."""
        known = self.watch.records.operations()
        return known[which % len(known)].id if known else ""

    def arguments(self, write: Write) -> Mapping[str, object]:
        """What the tool is given."""
        place = self.ground.places[write.place]
        target = {} if write.tool == "create_campaign" else {"campaign_id": self.campaign(place, write.campaign).id}
        given = {"account": place.id, **target, **write.given}
        return {name: place.units(value) if isinstance(value, Decimal) else value for name, value in given.items()}

    def _replica(self) -> Replica:
        return Replica(self.house, self.clock, self.watch.arrived)
