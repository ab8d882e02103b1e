"""Questions that a person answers in the middle of a change, whichever door the change came through."""

from collections.abc import Mapping
from typing import Literal, Protocol

import msgspec

Reply = Literal["approved", "declined", "cancelled"]
"""What a person made of a question. `cancelled` is no decision: they looked away, or could not be reached."""


class Question(msgspec.Struct, frozen=True):
    """May this operation be done?

    Attributes:
        operation_id: which one.
        text: what the person is shown, in our words but for quoted names. It follows from what is stored about the
            operation and from nothing else: with a clock or a live price in it, each round would ask something new.
    """

    operation_id: str
    text: str


class AskFirst(Exception):
    """No error: the call ends here, the client asks the person, and makes the same call again with the answer."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.operation_id)
        self.question = question


class Asked(Protocol):
    """Whoever can be asked while a tool runs."""

    @property
    def can_be_asked(self) -> bool:
        """Whether a question would reach a person. Where it would not, the operation waits for one elsewhere."""
        ...

    @property
    def answered(self) -> Mapping[str, Reply]:
        """The replies that came with this very call, by operation id.

        A reply may come again: who acts on one sees to it that no operation is done twice.
        """
        ...

    async def ask(self, question: Question) -> Reply:
        """The reply to `question`: the one that came with this call, or else the person's, waited for.

        Who cannot be asked has cancelled.

        Raises:
            AskFirst: the answer comes with another call.
        """
        ...


class Nobody:
    """Asked where there is no person behind the call."""

    @property
    def can_be_asked(self) -> bool:
        """Never."""
        return False

    @property
    def answered(self) -> Mapping[str, Reply]:
        """Nothing."""
        return {}

    async def ask(self, question: Question) -> Reply:
        """Always `cancelled`."""
        return "cancelled"
