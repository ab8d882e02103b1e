"""Asks the person behind a tool call, in both eras of the protocol.

Up to 2025-11-25 the question goes to the client while the call waits. From 2026-07-28 on the call ends with the
question, and the client makes it again with the answer and the state that came with the question, which is sealed:
an answer counts only where this very question was put to this very caller (specification 2026-07-28, "Multi
Round-Trip Requests").
"""

import json
import logging
from collections.abc import Mapping

import anyio
import mcp_types as types
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from .questions import AskFirst, Question, Reply
from .seal import LIFE, Seals, Unsealed

_log = logging.getLogger(__name__)
_PURPOSE = "question/1"
_FIELD = "approve"
_FORM: types.ElicitRequestedSchema = {
    "type": "object",
    "properties": {
        _FIELD: {
            "type": "boolean",
            "title": "Approve",
            "description": "Yes, do exactly this, once.",
            "default": False,
        }
    },
    "required": [_FIELD],
}


class Person:
    """Whoever sits in front of the client that made this call. Keeps `questions.Asked`."""

    def __init__(
        self, session: ServerSession, request_id: types.RequestId | None, answered: Mapping[str, Reply]
    ) -> None:
        self._session, self._request_id, self._answered = session, request_id, answered
        self._by_retry = session.protocol_version in MODERN_PROTOCOL_VERSIONS

    @property
    def can_be_asked(self) -> bool:
        """Whether the client says that it shows forms, and a question can reach it.

        A client of the older era that is served without a session has no way back.
        """
        return _shows_forms(self._session.client_capabilities) and (self._by_retry or self._session.can_send_request)

    @property
    def answered(self) -> Mapping[str, Reply]:
        """The replies that came with this call, each to a question that was put to this very caller."""
        return self._answered

    async def ask(self, question: Question) -> Reply:
        """As in `questions.Asked`; where the answer is waited for, ten minutes without one is `cancelled`."""
        if question.operation_id in self._answered:
            return self._answered[question.operation_id]
        if not self.can_be_asked:
            return "cancelled"
        if self._by_retry:
            raise AskFirst(question)
        with anyio.move_on_after(LIFE.total_seconds()):
            return await self._push(question)
        return "cancelled"

    async def _push(self, question: Question) -> Reply:
        try:
            # Said to belong to the call: over HTTP it travels on that call's own stream.
            return _reply(await self._session.elicit_form(question.text, _FORM, self._request_id))
        except ValidationError:
            return "declined"  # the client answered, in no form that is a yes
        except MCPError:
            return "cancelled"  # the client cannot after all, or has gone


class Asking:
    """Takes the answer out of one tool call, and puts the next question into its result.

    A call brings the reply to the latest question alone: who asks several has to remember what was said before.

    `audience` is the server that asks (all that share keys and a ledger are one), `who` its caller. Together with
    the tool and its arguments they are what a question's state is bound to.
    """

    def __init__(self, seals: Seals, audience: str, who: str, params: types.CallToolRequestParams) -> None:
        self._seals, self._audience, self._who, self._params = seals, audience, who, params

    def person(self, session: ServerSession, request_id: types.RequestId | None) -> Person:
        """Whom to ask during this call.

        Raises:
            MCPError: the call brings a state that is not, or no longer, that of a question about this very call.
        """
        return Person(session, request_id, self._answered())

    def ask_first(self, question: Question) -> types.InputRequiredResult:
        """What ends this call with `question`: the same call with the person's answer goes on."""
        form = types.ElicitRequestFormParams(message=question.text, requested_schema=_FORM)
        return types.InputRequiredResult(
            input_requests={question.operation_id: types.ElicitRequest(params=form)},
            request_state=self._seals.seal(question.operation_id, self._bound_to()),
        )

    def _answered(self) -> Mapping[str, Reply]:
        """Replies without a state are to no question of ours: anyone can make them up."""
        if self._params.request_state is None:
            return {}
        try:
            operation_id = self._seals.open(self._params.request_state, self._bound_to())
        except Unsealed:
            _log.warning("a state that does not open came from %s", self._who)
            raise MCPError(
                types.INVALID_PARAMS,
                "This requestState is not, or no longer, valid for this call: make the call again without it.",
            ) from None
        responses = self._params.input_responses or {}
        return {operation_id: _reply(responses[operation_id])} if operation_id in responses else {}

    def _bound_to(self) -> bytes:
        bound_to = [_PURPOSE, self._audience, self._who, self._params.name, self._params.arguments or {}]
        # Sorted and in ASCII: the same arguments give the same bytes, whatever is in them.
        return json.dumps(bound_to, sort_keys=True).encode("ascii")


def _shows_forms(client: types.ClientCapabilities | None) -> bool:
    """An empty capability means forms; with `url` alone there are none (specification 2025-11-25, "Elicitation")."""
    asks = client.elicitation if client else None
    return asks is not None and (asks.form is not None or asks.url is None)


def _reply(response: types.InputResponse) -> Reply:
    """Only the ticked box, and nothing beside it, is a yes; only a dismissed form is no answer."""
    if not isinstance(response, types.ElicitResult):
        return "declined"
    if response.action == "cancel":
        return "cancelled"
    content = response.content or {}
    # `is`: 1 equals True, and was not ticked.
    ticked = response.action == "accept" and set(content) == {_FIELD} and content[_FIELD] is True
    return "approved" if ticked else "declined"
