"""Carries out acts, and has everything watched."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import anyio

from tests.worst_case import acts, hearing, people
from tests.worst_case.acts import Act
from tests.worst_case.replicas import ERRAND, Errand, Killed, Said
from tests.worst_case.scene import Scene
from tests.worst_case.theatre import Terms, Theatre
from xylo_mcp.questions import Nobody

_NOBODYS = "abcdefghjkmn"
_ROUNDS = 6
_QUIET = (acts.Spoil, acts.Halt, acts.Adopt)  # no campaign is another for these


class Stage:
    """One play."""

    def __init__(self, theatre: Theatre) -> None:
        self._scene = Scene(theatre)
        self.watch, self.close = self._scene.watch, self._scene.close

    async def open(self) -> None:
        """Begin."""
        for number in range(2):
            await self._scene.start(number)

    async def come_to_rest(self) -> None:
        """With nothing failing any more, all that is not certain is found out or given to a person, in bounded time."""
        scene = self._scene
        scene.house.faults.clear()
        scene.clock.now = scene.ground.now()
        for _ in range(_ROUNDS):
            scene.clock.now += timedelta(minutes=2)
            await self._settle(0)
        scene.watch.at_rest()

    async def do(self, act: Act) -> None:
        """Let `act` happen."""
        match act:
            case acts.Hand() | acts.Time() | acts.Adopt() | acts.Resolve():
                with self.watch.others():
                    await self._others(act)
            case acts.Write() | acts.Crash() | acts.Race() | acts.Meanwhile():
                await self._calls(act)
            case acts.Read() | acts.Spy():
                await self._asks(act)
            case acts.Several(several):
                for one in several:
                    await self.do(one)
            case acts.Word():
                await people.decide(self._scene, act)
            case _:
                await self._runs(act)

    async def _runs(self, act: acts.Settle | acts.Halt | acts.Spoil | acts.Restart) -> None:
        match act:
            case acts.Settle(replica):
                await self._settle(replica)
            case acts.Halt():
                await people.halt(self._scene, act)
            case acts.Spoil(fault):
                self._scene.house.faults.plan(fault)
            case acts.Restart(replica, policy, read_only):
                self._scene.terms[replica] = Terms(policy, read_only)
                await self._scene.start(replica)

    async def _others(self, act: acts.Hand | acts.Time | acts.Adopt | acts.Resolve) -> None:
        match act:
            case acts.Hand():
                people.edit(self._scene, act)
            case acts.Time(seconds):
                self._scene.clock.now += timedelta(seconds=seconds)
            case acts.Adopt(policy, everywhere):
                await people.adopt(self._scene, act)
                for number in range(2) if everywhere else ():
                    self._scene.terms[number] = Terms(policy)
                    await self._scene.start(number)
            case acts.Resolve():
                await people.settle_by_hand(self._scene, act)

    async def _calls(self, act: acts.Write | acts.Crash | acts.Race | acts.Meanwhile) -> None:
        match act:
            case acts.Write():
                with self._heard() as heard:
                    heard.append(await self._call(act))
            case acts.Crash(write, last):
                await self._call(write, Errand(last=last))
            case acts.Race(one, other):
                async with anyio.create_task_group() as group:
                    group.start_soon(self._call, replace(one, replica=0))
                    group.start_soon(self._call, replace(other, replica=1))
            case acts.Meanwhile() if all(isinstance(one, _QUIET) for one in act.acts):
                with self._heard() as heard:
                    heard.append(await self._interrupted(act))
            case acts.Meanwhile():
                await self._interrupted(act)

    @contextmanager
    def _heard(self) -> Generator[list[Said]]:
        """What is heard in here of a call, while nobody else changes the world, is compared with what became of it."""
        before = self._scene.ground.everything()
        heard: list[Said] = []
        yield heard
        for said in heard:
            hearing.honest(said, before, self._scene.ground.everything())

    async def _call(self, write: acts.Write, errand: Errand | None = None) -> Said:
        """What an agent hears; a replica that was killed says nothing, and is started again."""
        scene, arguments = self._scene, self._scene.arguments(write)
        errand = errand or Errand()
        errand.may_write = arguments.get("dry_run") is not True and not scene.terms[write.replica].read_only
        person = Nobody() if write.reply is None else people.Scripted(write.reply, self.watch.story.allowed)
        said = await scene.send(errand, scene.replicas[write.replica].call(write.tool, arguments, write.who, person))
        if said is None:
            await scene.start(write.replica)
            return Said()
        hearing.clean(said)
        return said

    async def _interrupted(self, act: acts.Meanwhile) -> Said:
        async def happen() -> None:
            with anyio.CancelScope(shield=True):
                async with anyio.create_task_group() as group:  # a task of its own, as another call has
                    group.start_soon(self._all, act.acts)
            if act.dies:
                raise Killed

        with self.watch.in_flight():
            return await self._call(act.write, Errand(point=act.point, after=act.after, meanwhile=happen))

    async def _all(self, several: Sequence[Act]) -> None:
        token = ERRAND.set(Errand())
        for act in several:
            await self.do(act)
        ERRAND.reset(token)

    async def _asks(self, act: acts.Read | acts.Spy) -> None:
        scene, operation = self._scene, self._scene.operation(act.which) or _NOBODYS
        if isinstance(act, acts.Spy):
            approvals = scene.watch.story.approvals.items()
            approval = next((key for key, one in approvals if one.operation == operation), _NOBODYS)
            await scene.start_stranger()
            await hearing.nothing_to_see(scene.stranger, operation, approval)
            return
        account = scene.ground.places[act.which % len(scene.ground.places)].id
        arguments: Mapping[str, Mapping[str, object]] = {
            "get_operation": {"operation_id": operation},
            "get_guardrails": {"accounts": [account]},
            "list_campaigns": {"accounts": [account]},
            "list_accounts": {},
        }
        call = scene.replicas[act.replica].call(act.tool, arguments[act.tool], "agent one", Nobody())
        said = await scene.send(Errand(), call)
        assert said is not None
        hearing.clean(said)

    async def _settle(self, replica: int) -> None:
        guarded = await self._scene.replicas[replica].guarded()
        await self._scene.send(Errand(), guarded.settler.settle_due())
