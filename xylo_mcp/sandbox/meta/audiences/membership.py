"""People come into audiences and go (Marketing API docs, "Custom Audience Users" and "Usersreplace", 2026-04)."""

from collections.abc import Mapping

from ...people import Audience
from ...people import Verb as Direction
from ...world import World
from ..parameters import refuse_others
from ..refusals import missing
from ..wire import Json
from . import refusals, sessions, standing
from .rows import Batch, read
from .sessions import Session

_PARAMETERS = frozenset({"payload", "session", "namespace"})
_LARGEST = 100_000_000


class Membership:
    """Changes who is in the audiences of a world."""

    def __init__(self, world: World, *, terms_accepted: bool) -> None:
        self._world, self._people, self._terms_accepted = world, world.people, terms_accepted

    def change(self, identity: str, verb: Direction, arguments: Mapping[str, str]) -> dict[str, Json]:
        """Add the people of one batch, or remove them."""
        refuse_others(arguments, _PARAMETERS, where="users")
        batch, piece = read(arguments), sessions.piece(arguments)
        with self._world.memory.writing():
            audience = self._list(identity)
            if standing.operation(self._world, audience) == standing.REPLACING:
                raise refusals.being_updated()
            session = sessions.advanced(self._world, audience, verb, piece or sessions.alone(self._world), batch)
            if batch.people:
                self._move(audience, verb, batch)
            sessions.keep(self._world, session)
        return _answer(session, batch)

    def replace(self, identity: str, arguments: Mapping[str, str]) -> dict[str, Json]:
        """Take in one batch of those who will be in the audience instead of all others, once the last one is here."""
        refuse_others(arguments, _PARAMETERS, where="usersreplace")
        batch, piece = read(arguments), sessions.piece(arguments)
        if piece is None:
            raise missing("session")
        with self._world.memory.writing():
            audience = self._list(identity)
            if sessions.find(self._world, audience.account, piece.session) is None:
                self._check_free(audience, piece.expected)
            session = sessions.advanced(self._world, audience, "replace", piece, batch)
            self._people.put("meta", session.holder, "add", batch.people)
            if session.ended:
                self._swap(audience, session)
            else:
                self._people.keep(audience, details={**audience.details, "replace": session.id})
            sessions.keep(self._world, session)
        return _answer(session, batch)

    def _list(self, identity: str) -> Audience:
        """The list with this id as it is now; refused where nobody may come or go."""
        audience = self._people.audience("meta", identity)
        if audience is None or not standing.is_list(audience):
            raise refusals.no_list()
        if not self._terms_accepted:
            raise refusals.terms_not_accepted()
        if standing.operation(self._world, audience) == standing.FLAGGED:
            raise refusals.flagged()
        return audience

    def _move(self, audience: Audience, verb: Direction, batch: Batch) -> None:
        """A list that could be delivered to must not become too small for it; where that is so is inferred."""
        least = standing.LEAST
        was_usable = verb == "remove" and self._people.matched(audience, least) == least
        self._forget_replacement(audience)
        standing.moved(self._world, audience)
        self._people.tell(audience, verb, sorted(batch.people))  # in the order in which they are kept, it is faster
        if was_usable and self._people.matched(audience, least) < least:
            raise refusals.would_be_too_small()

    def _check_free(self, audience: Audience, expected: int) -> None:
        """Whether a replacement can begin: nothing else goes on, and the list was populated before."""
        status = standing.operation(self._world, audience)
        if status in {standing.REPLACING, standing.POPULATING}:
            raise refusals.being_updated()
        if status not in {standing.NORMAL, standing.REPLACE_FAILED}:
            raise refusals.not_normal()
        if expected >= _LARGEST:
            raise refusals.replacement_too_large()
        self._forget_replacement(audience)

    def _swap(self, audience: Audience, session: Session) -> None:
        standing.moved(self._world, audience)
        self._people.empty(audience)
        self._people.tell(audience, "add", (person for _, person in self._people.held("meta", session.holder)))
        self._people.release("meta", session.holder)

    def _forget_replacement(self, audience: Audience) -> None:
        """What came for a replacement that was not completed in time is of no use any more."""
        if late := sessions.find(self._world, audience.account, audience.details.get("replace", "")):
            self._people.release("meta", late.holder)


def _answer(session: Session, batch: Batch) -> dict[str, Json]:
    """What came so far. That the unusable rows are counted over the session as the received ones are is inferred."""
    return {
        "audience_id": session.audience,
        "session_id": session.id,
        "num_received": session.received,
        "num_invalid_entries": session.invalid,
        "invalid_entry_samples": batch.samples,
    }
