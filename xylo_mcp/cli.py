"""The command line: each command in a few lines, and what it needs imported when it runs."""

import re
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from .console import commands
from .settings import Mode, Settings, Unset, read_settings

cli = typer.Typer(
    name="xylo-mcp",
    help="Advertising on several platforms for LLM agents, through one MCP server.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
cli.add_typer(commands.policy, name="policy")
cli.add_typer(commands.approvals, name="approvals")
cli.add_typer(commands.operations, name="operations")
cli.add_typer(commands.audit, name="audit")
cli.command()(commands.halt)
cli.command()(commands.resume)
_PORT = re.compile(r"[0-9]{1,5}")
ModeSaid = Annotated[
    Mode | None, typer.Option(help="sandbox needs no account; dry_run and live serve the platforms with credentials.")
]
Address = Annotated[str | None, typer.Option("--http", metavar="HOST:PORT", help="Serve over HTTP instead of stdio.")]
StateDir = Annotated[Path | None, typer.Option(help="Where the server keeps what must outlive it.")]
PolicyFile = Annotated[Path | None, typer.Option(help="The file with the guardrails.")]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Offer no tool that changes anything.")]
Seed = Annotated[int | None, typer.Option(help="Which of the sandbox's worlds.")]


@cli.command()
def serve(
    mode: ModeSaid = None,
    http: Address = None,
    state_dir: StateDir = None,
    seed: Seed = None,
    policy: PolicyFile = None,
    read_only: ReadOnly = False,  # noqa: FBT002  # typer makes a flag of it
) -> None:
    """Serve MCP over stdio, or over Streamable HTTP at /mcp."""
    settings = _settings(mode=mode, state_dir=state_dir, seed=seed, policy=policy, read_only=read_only or None)
    address = None if http is None else _address(http)
    if settings.mode != "sandbox":
        _refuse_without_credentials()
    _refuse_wrong_policy(settings)
    from . import serving  # noqa: PLC0415  # heavy: only where a server is started

    if address is None:
        serving.over_stdio(settings)
    else:
        serving.over_http(settings, *address)


@cli.command()
def sandbox(
    http: Annotated[str, typer.Option("--http", metavar="HOST:PORT")] = "127.0.0.1:8747",
    state_dir: StateDir = None,
    seed: Seed = None,
) -> None:
    """Serve the sandbox's platforms in their own wire formats: /tiktok /meta /google /_world /_faults."""
    settings = _settings(state_dir=state_dir, seed=seed)
    address = _address(http)
    from . import serving  # noqa: PLC0415  # heavy: only where a server is started

    try:
        serving.sandbox_over_http(settings, *address)
    except Unset as unset:
        _refuse(str(unset))


@cli.command()
def demo() -> None:
    """Watch an MCP client ask a server real questions, on the sandbox."""
    from . import demo as story  # noqa: PLC0415  # heavy: only where it is told

    raise typer.Exit(story.tell())


@cli.command()
def version() -> None:
    """Say which version this is."""
    from . import __version__  # noqa: PLC0415  # no other command needs it

    typer.echo(__version__)


def _settings(**said: object) -> Settings:
    try:
        return read_settings(**said)
    except Unset as unset:
        _refuse(str(unset))


def _refuse_wrong_policy(settings: Settings) -> None:
    if settings.policy is None and settings.mode == "sandbox":
        return
    from .ads.errors import Misconfigured  # noqa: PLC0415  # not needed on the sandbox
    from .rulebook import rules_of  # noqa: PLC0415  # likewise

    try:
        rules_of(settings)
    except Misconfigured as wrong:
        _refuse(f"{wrong.message} {wrong.fix}")


def _refuse_without_credentials() -> None:
    from .connecting import credentials  # noqa: PLC0415  # not needed on the sandbox
    from .platforms import found  # noqa: PLC0415  # likewise

    try:
        credentials(found())
    except Unset as unset:
        _refuse(str(unset))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if host not in {"127.0.0.1", "localhost", "::1"}:
        _refuse(f"--http {text}: only this machine may connect until sign-in exists; use 127.0.0.1:PORT.")
    if not _PORT.fullmatch(port) or int(port) > 65_535:  # noqa: PLR2004  # the highest port
        _refuse(f"--http {text}: the port must be a number up to 65535.")
    return host, int(port)


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"xylo-mcp: {why}\n")
    raise typer.Exit(2)
