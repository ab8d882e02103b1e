"""Resources that say what a tool answers: the same words, read without a question."""

from collections.abc import Mapping

from ..app import Caller
from ..tools import TOOLS, Answer
from .catalog import Values

_TOOLS = {tool.name: tool for tool in TOOLS}
_MOST = 100  # rows, as many as the tools give at once


async def accounts(values: Values, caller: Caller) -> str:
    """All ad accounts, or the first hundred and how to go on."""
    answer = await _answer("list_accounts", {"limit": _MOST}, caller)
    return _with_the_rest(answer, "list_accounts(")


async def campaigns(values: Values, caller: Caller) -> str:
    """All campaigns of an account, or the first hundred and how to go on."""
    account = values["account"]
    answer = await _answer("list_campaigns", {"accounts": [account], "status": "all", "limit": _MOST}, caller)
    return _with_the_rest(answer, f'list_campaigns(accounts=["{account}"], status="all", ')


async def guardrails(values: Values, caller: Caller) -> str:
    """What the operator allows."""
    return (await _answer("get_guardrails", {}, caller)).text


async def operation(values: Values, caller: Caller) -> str:
    """What became of a change."""
    return (await _answer("get_operation", {"operation_id": values["id"]}, caller)).text


async def _answer(tool: str, arguments: Mapping[str, object], caller: Caller) -> Answer:
    return await _TOOLS[tool].run(arguments, caller)


def _with_the_rest(answer: Answer, call: str) -> str:
    """The answer's text; where it was cut, with the call that goes on."""
    cursor = answer.content["next_cursor"]
    return answer.text if cursor is None else f'{answer.text}\nNot all: go on with {call}cursor="{cursor}").'
