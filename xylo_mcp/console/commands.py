"""The operator's commands: what they are called and take. What they do is imported when one runs."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..settings import Mode

policy = typer.Typer(help="The guardrails: write, check, explain and adopt a policy.", no_args_is_help=True)
approvals = typer.Typer(help="Changes that wait for a person.", no_args_is_help=True)
operations = typer.Typer(help="What became of changes.", no_args_is_help=True)
audit = typer.Typer(help="The record of everything that happened, which only grows.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The policy file.")]
ModeSaid = Annotated[Mode | None, typer.Option(help="Whose ledger: the sandbox's, or that of the real accounts.")]
Id = Annotated[str, typer.Argument()]


@policy.command("init")
def policy_init(
    path: File = Path("policy.toml"),
    account: Annotated[list[str] | None, typer.Option(help="An account to name; may be repeated.")] = None,
    currency: Annotated[str, typer.Option(help="Of all amounts in it.")] = "USD",
) -> None:
    """Write a policy to begin with; a file that is there stays as it is."""
    from . import policing  # noqa: PLC0415  # heavy, like all below: only what runs is loaded

    policing.write(path, account or [], currency)


@policy.command("check")
def policy_check(path: File) -> None:
    """Say whether a policy can be used, and what is wrong with it."""
    from . import policing  # noqa: PLC0415  # see above

    policing.check(path)


@policy.command("explain")
def policy_explain(path: File) -> None:
    """Say in words what a policy allows."""
    from . import policing  # noqa: PLC0415  # see above

    policing.explain(path)


@policy.command("adopt")
def policy_adopt(path: File, mode: ModeSaid = None) -> None:
    """Put a policy in force; servers that hold another one refuse raises from then on."""
    from . import policing  # noqa: PLC0415  # see above

    policing.adopt(path, mode)


@approvals.command("list")
def approvals_list(mode: ModeSaid = None) -> None:
    """List what waits for a person."""
    from . import approving  # noqa: PLC0415  # see above

    approving.list_waiting(mode)


@approvals.command("show")
def approvals_show(approval: Id, mode: ModeSaid = None) -> None:
    """Show what exactly would be done, and what for it waits."""
    from . import approving  # noqa: PLC0415  # see above

    approving.show(approval, mode)


@approvals.command("approve")
def approvals_approve(approval: Id, mode: ModeSaid = None) -> None:
    """Allow it, in a terminal and with the amount typed again; it is sent at once, if the guardrails let it pass."""
    from . import approving  # noqa: PLC0415  # see above

    approving.approve(approval, mode)


@approvals.command("reject")
def approvals_reject(approval: Id, mode: ModeSaid = None) -> None:
    """Forbid it."""
    from . import approving  # noqa: PLC0415  # see above

    approving.reject(approval, mode)


@operations.command("list")
def operations_list(
    mode: ModeSaid = None,
    unsettled: Annotated[bool, typer.Option("--unsettled", help="Only those whose outcome is not known.")] = False,  # noqa: FBT002  # typer makes a flag of it
) -> None:
    """List the latest operations."""
    from . import operating  # noqa: PLC0415  # see above

    operating.list_latest(mode, unsettled=unsettled)


@operations.command("show")
def operations_show(operation: Id, mode: ModeSaid = None) -> None:
    """Show all that is known of an operation."""
    from . import operating  # noqa: PLC0415  # see above

    operating.show(operation, mode)


@operations.command("reconcile")
def operations_reconcile(
    operation: Annotated[str, typer.Argument(help="Only this one; default: all that are due.")] = "",
    mode: ModeSaid = None,
) -> None:
    """Find out by reading what became of operations whose outcome is not known.

    Without an operation named, also end those that waited for a person and nobody allowed in time.
    """
    from . import operating  # noqa: PLC0415  # see above

    operating.reconcile(operation, mode)


@operations.command("resolve")
def operations_resolve(
    operation: Id,
    outcome: Annotated[Literal["done", "not-done"], typer.Option(help="What you saw on the platform's own page.")],
    note: Annotated[str, typer.Option(help="How you know; kept in the audit.")],
    campaign: Annotated[str, typer.Option(help="The id of the campaign that was made.")] = "",
    mode: ModeSaid = None,
) -> None:
    """Say what became of an operation that reading cannot settle."""
    from . import operating  # noqa: PLC0415  # see above

    operating.settle_by_hand(operation, done=outcome == "done", campaign=campaign, note=note, mode=mode)


@audit.command("tail")
def audit_tail(lines: Annotated[int, typer.Option(min=1, max=1000)] = 20, mode: ModeSaid = None) -> None:
    """Show the latest records."""
    from . import auditing  # noqa: PLC0415  # see above

    auditing.tail(lines, mode)


@audit.command("verify")
def audit_verify(mode: ModeSaid = None) -> None:
    """Check that no record was changed, removed or slipped in."""
    from . import auditing  # noqa: PLC0415  # see above

    auditing.verify(mode)


@audit.command("export")
def audit_export(after: Annotated[int, typer.Option(min=0)] = 0, mode: ModeSaid = None) -> None:
    """Write all records as JSON, one a line."""
    from . import auditing  # noqa: PLC0415  # see above

    auditing.export(after, mode)


def halt(  # the command itself is added by the command line
    reason: Annotated[str, typer.Option(help="Why; agents see that there is a halt, the audit keeps the reason.")],
    platform: Annotated[str, typer.Option(help="Only this platform.")] = "",
    account: Annotated[str, typer.Option(help="Only this account.")] = "",
    freeze_all: Annotated[bool, typer.Option("--freeze-all", help="Stop pauses and cuts, too.")] = False,  # noqa: FBT002  # typer makes a flag of it
    pause_everything: Annotated[bool, typer.Option("--pause-everything", help="Pause and remember what runs.")] = False,  # noqa: FBT002  # likewise
    mode: ModeSaid = None,
) -> None:
    """Stop all raises and new campaigns at once, in every server that shares the ledger."""
    from . import halting  # noqa: PLC0415  # see above

    scope = halting.scope(platform, account)
    halting.halt(scope, reason, freeze_all=freeze_all, pause_everything=pause_everything, mode=mode)


def resume(
    platform: Annotated[str, typer.Option(help="Only this platform's halt.")] = "",
    account: Annotated[str, typer.Option(help="Only this account's halt.")] = "",
    restart: Annotated[bool, typer.Option("--restart", help="Enable again what the halt had paused.")] = False,  # noqa: FBT002  # typer makes a flag of it
    mode: ModeSaid = None,
) -> None:
    """End a halt (without options: every halt)."""
    from . import halting  # noqa: PLC0415  # see above

    halting.resume(halting.scope(platform, account) if platform or account else "", restart=restart, mode=mode)
