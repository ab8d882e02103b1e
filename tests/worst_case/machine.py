"""The worst case as a state machine: agents, people, crashes and failing platforms, in any order."""

import asyncio

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.virtual_time import VirtualLoop
from tests.worst_case import acts, shapes
from tests.worst_case.stage import Stage
from tests.worst_case.theatre import Theatre


class Play(RuleBasedStateMachine):
    """One play: an event loop and a stage of its own."""

    def __init__(self, theatre: Theatre) -> None:
        super().__init__()
        self._runner = asyncio.Runner(loop_factory=VirtualLoop)
        self.stage = Stage(theatre)
        self._runner.run(self.stage.open())

    @rule(act=shapes.writes())
    def an_agent_writes(self, act: acts.Write) -> None:
        self.happens(act)

    @rule(act=shapes.raises())
    def an_agent_raises(self, act: acts.Write) -> None:
        self.happens(act)

    @rule(act=shapes.modest())
    def an_agent_changes_little(self, act: acts.Write) -> None:
        self.happens(act)

    @rule(act=shapes.meanwhiles())
    def more_happens_meanwhile(self, act: acts.Meanwhile) -> None:
        self.happens(act)

    @rule(act=shapes.losses())
    def a_request_is_lost(self, act: acts.Meanwhile) -> None:
        self.happens(act)

    @rule(act=st.one_of(shapes.READS, shapes.SPIES))
    def somebody_asks(self, act: acts.Read | acts.Spy) -> None:
        self.happens(act)

    @rule(act=shapes.races())
    def two_agents_write_at_once(self, act: acts.Race) -> None:
        self.happens(act)

    @rule(act=shapes.meanwhiles())
    def much_happens_meanwhile(self, act: acts.Meanwhile) -> None:
        self.happens(act)

    @rule(act=shapes.hands())
    def a_person_edits(self, act: acts.Hand) -> None:
        self.happens(act)

    @rule(act=shapes.approvals())
    def a_person_is_asked(self, act: acts.Several) -> None:
        self.happens(act)

    @rule(act=st.one_of(shapes.WORDS, shapes.WORDS, shapes.WORDS, shapes.RESOLUTIONS))
    def a_person_decides(self, act: acts.Word | acts.Resolve) -> None:
        self.happens(act)

    @rule(act=shapes.TIMES)
    def time_passes(self, act: acts.Time) -> None:
        self.happens(act)

    @rule(act=shapes.HALTS_AND_ENDS)
    def the_operator_halts(self, act: acts.Halt) -> None:
        self.happens(act)

    @rule(act=st.one_of(shapes.ROLLOUTS, shapes.RESTARTS))
    def the_operator_rolls_out(self, act: acts.Adopt | acts.Restart) -> None:
        self.happens(act)

    @rule(act=shapes.SPOILS)
    def a_platform_fails(self, act: acts.Spoil) -> None:
        self.happens(act)

    @rule(act=shapes.SETTLES)
    def a_replica_settles(self, act: acts.Settle) -> None:
        self.happens(act)

    @rule(act=shapes.CRASHES)
    def a_replica_dies(self, act: acts.Crash) -> None:
        self.happens(act)

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

    def happens(self, act: acts.Act) -> None:
        self._runner.run(self.stage.do(act))
