"""The worst case as a state machine: agents, people, crashes and failing platforms, in any order."""

import asyncio

from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.worst_case import acts, hearing
from tests.worst_case.acts import Act, Meanwhile
from tests.worst_case.replicas import VirtualLoop
from tests.worst_case.stage import Stage, Theatre


class Play(RuleBasedStateMachine):
    """One play: an event loop and a stage of its own."""

    def __init__(self, theatre: Theatre) -> None:
        super().__init__()
        self._runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.stage = Stage(theatre)
        self._runner.run(self.stage.open())

    @rule(act=acts.writes())
    def an_agent_writes(self, act: acts.Write) -> None:
        self._happens(act)

    @rule(act=acts.raises())
    def an_agent_raises(self, act: acts.Write) -> None:
        self._happens(act)

    @rule(act=acts.raises())
    def an_agent_raises_more(self, act: acts.Write) -> None:
        self._happens(act)

    @rule(act=acts.losses())
    def a_request_is_lost(self, act: Meanwhile) -> None:
        self._happens(act)

    @rule(act=acts.READS)
    def an_agent_reads(self, act: acts.Read) -> None:
        self._happens(act)

    @rule(act=acts.races())
    def two_agents_write_at_once(self, act: acts.Race) -> None:
        self._happens(act)

    @rule(act=acts.meanwhiles())
    def much_happens_meanwhile(self, act: Meanwhile) -> None:
        self._happens(act)

    @rule(act=acts.hands())
    def a_person_edits(self, act: acts.Hand) -> None:
        self._happens(act)

    @precondition(lambda self: self.stage.watch.story.approvals)
    @rule(act=acts.WORDS)
    def a_person_decides(self, act: acts.Word) -> None:
        self._happens(act)

    @rule(act=acts.TIMES)
    def time_passes(self, act: acts.Time) -> None:
        self._happens(act)

    @rule(act=acts.HALTS)
    def the_operator_halts(self, act: acts.Halt) -> None:
        self._happens(act)

    @rule(act=acts.ADOPTIONS)
    def the_operator_adopts(self, act: acts.Adopt) -> None:
        self._happens(act)

    @rule(act=acts.RESTARTS)
    def the_operator_restarts(self, act: acts.Restart) -> None:
        self._happens(act)

    @precondition(lambda self: self.stage.watch.holding())
    @rule(act=acts.RESOLUTIONS)
    def a_person_resolves(self, act: acts.Resolve) -> None:
        self._happens(act)

    @rule(act=acts.SPOILS)
    def a_platform_fails(self, act: acts.Spoil) -> None:
        self._happens(act)

    @precondition(lambda self: self.stage.watch.holding())
    @rule(act=acts.SETTLES)
    def a_replica_settles(self, act: acts.Settle) -> None:
        self._happens(act)

    @rule(act=acts.CRASHES)
    def a_replica_dies(self, act: acts.Crash) -> None:
        self._happens(act)

    @rule(act=acts.SPIES)
    def a_stranger_asks(self, act: acts.Spy) -> None:
        self._happens(act)

    @invariant()
    def nothing_is_broken(self) -> None:
        self.stage.watch.look()

    def teardown(self) -> None:
        try:
            if not self.stage.watch.story.broken:
                self._runner.run(self.stage.come_to_rest())
        finally:
            self._runner.run(self.stage.close())
            self._runner.close()

    def _happens(self, act: Act | Meanwhile) -> None:
        self._runner.run(self.stage.do(act))
