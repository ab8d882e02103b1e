"""Opens the gate for one command, and says what went wrong in one line."""

import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeVar

import anyio
import typer

from ..ads.errors import AdsError
from ..app import App, open_app
from ..guarded import Guarded
from ..settings import Mode, Unset, read_settings

_Result = TypeVar("_Result")
Work = Callable[[App, Guarded], Awaitable[_Result]]


def with_gate(work: Work[_Result], mode: Mode | None) -> _Result:
    """What `work` gives, done with the app and its gate open; an error ends the command with what to do next."""

    async def run() -> _Result:
        async with open_app(read_settings(mode=mode)) as app:
            return await work(app, await app.guarded.get())

    try:
        return anyio.run(run)
    except Unset as unset:
        refuse(str(unset))
    except AdsError as error:
        operation = f" (operation {error.operation_id})" if error.operation_id else ""
        refuse(f"{error.code}: {error.message} {error.fix}{operation}")


def who() -> str:
    """The person at this terminal, as the audit names them."""
    return f"{getpass.getuser()} in a terminal"


def say(line: str) -> None:
    """One line for a person or a pipe."""
    sys.stdout.write(line + "\n")


def refuse(why: str) -> NoReturn:
    """End the command without having done it."""
    sys.stderr.write(f"xylo-mcp: {why}\n")
    raise typer.Exit(2)
