"""What a tool is: a function with its kind, the arguments it takes and the result it gives."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import ClassVar, Literal, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from ..ads.errors import Invalid
from ..app import Caller

Kind = Literal["READ", "WRITE"]
_HUGE = 2**64


class Arguments(BaseModel):
    """Arguments as a model sends them: nothing unknown, nothing converted.

    Where some are `private`, errors repeat no value of any: people's data may be in the wrong one.
    """

    private: ClassVar[frozenset[str]] = frozenset()
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


class Link(msgspec.Struct, frozen=True):
    """A resource that has more than the answer."""

    uri: str
    name: str
    mime_type: str


class Answer(msgspec.Struct, frozen=True):
    """What a tool gives back: text that stands alone, the same as data, and what hosts keep from the model."""

    text: str
    content: Mapping[str, object]
    links: Sequence[Link] = ()
    meta: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])


class Tool(msgspec.Struct, frozen=True):
    """One tool of the catalog.

    Attributes:
        name, description: the function's own, as the model reads them.
        run: checks the arguments as they came, and answers; raises `AdsError`.
        page: of the page that hosts may show beside the answer; empty: none.
        toolset: offered only where the operator asks for this set of tools; empty: always.
    """

    name: str
    description: str
    kind: Kind
    title: str
    arguments: type[Arguments]
    result: type
    run: Callable[[Mapping[str, object], Caller], Awaitable[Answer]]
    page: str = ""
    toolset: str = ""

    @property
    def private(self) -> bool:
        """Whether its arguments hold people's data."""
        return bool(self.arguments.private)


_Asked = TypeVar("_Asked", bound=Arguments)


def tool(
    function: Callable[[_Asked, Caller], Awaitable[Answer]],
    kind: Kind,
    title: str,
    arguments: type[_Asked],
    result: type,
) -> Tool:
    """`function` as a tool: its name and docstring are what the model reads."""

    async def run(given: Mapping[str, object], caller: Caller) -> Answer:
        return await function(_read(arguments, given), caller)

    description = " ".join((function.__doc__ or "").split())
    return Tool(function.__name__, description, kind, title, arguments, result, run)


def _read(arguments: type[_Asked], given: Mapping[str, object]) -> _Asked:
    """`given` as `arguments`.

    Raises:
        Invalid: naming every argument that is wrong, and how it should look.
    """
    try:
        return arguments.model_validate(given)
    except ValidationError as wrong:
        known = list(arguments.model_fields)
        errors = wrong.errors(include_url=False)[:5]
        complain = _discreetly if arguments.private else _complaint
        complaints = [complain(error, known) for error in errors]
        raise Invalid(" ".join(complaints), "Correct the arguments and ask again.") from None


def _discreetly(error: ErrorDetails, known: list[str]) -> str:
    """What is wrong in a call with people's data: where, and how it should look, but no value, wherever it was put.

    Nor keys that were made up, which may be values in the wrong place.
    """
    if error["type"] != "extra_forbidden":
        return f"{'.'.join(str(part) for part in error['loc'])}: {_said(error)}."
    *where, name = error["loc"]
    if not where and str(name).isidentifier():
        return _complaint(error, known)
    return f"{'.'.join(str(part) for part in where) or 'arguments'}: has a field that is not taken."


def _complaint(error: ErrorDetails, known: list[str]) -> str:
    where = ".".join(str(part) for part in error["loc"]) or "arguments"
    if error["type"] == "extra_forbidden":
        close = get_close_matches(where, known, n=1, cutoff=0.4)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}."
        return f"{where[:60]!a} is no argument of this tool; {hint}"
    if error["type"] in {"too_long", "too_short"}:
        return f"{where}: {_said(error)}."
    return f"{where[:60]}: {_said(error)}{_instead(error['input'])}."


def _said(error: ErrorDetails) -> str:
    """How it should be; the library speaks of lists in words of its own language."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "too_long":
            return f"at most {limits['max_length']} items"
        case "too_short":
            return "at least one item"
        case "sequence_str":
            return "Input should be a list"
        case _:
            return error["msg"].removeprefix("Value error, ")


def _instead(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f", not {value}" if abs(value) < _HUGE else ", not so huge a number"
    return f", not {str(value)[:60]!a}" if isinstance(value, str | bool | float) or value is None else ""
