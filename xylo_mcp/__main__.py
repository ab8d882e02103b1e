"""Starts the command line."""

import gc


def main() -> None:
    """Run the command that the arguments name."""
    # Importing makes many objects and no garbage: collecting meanwhile costs a seventh of the start.
    gc.disable()
    from .cli import cli  # noqa: PLC0415  # after the collector is off

    cli()


if __name__ == "__main__":
    main()
