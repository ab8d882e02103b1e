"""Which events count as conversions: the platform's own choice, or what the operator says for a platform or account."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from ..ads.accounts import Account
from ..contract import PlatformSpec

_LARGEST = 1_000_000


class CountingInvalid(Exception):
    """The file does not say which events count; the text says where, and what to write instead."""


class Counted(msgspec.Struct, frozen=True):
    """What counts as a conversion: `events` in the platform's `PlatformSpec.events` (empty: its default), in words."""

    platform: str
    events: tuple[str, ...]
    words: str


class Counting(msgspec.Struct, frozen=True):
    """The operator's choices, by platform or account id."""

    choices: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict[str, tuple[str, ...]])

    def of(self, account: Account, spec: PlatformSpec) -> Counted:
        """What counts for `account`: its own choice, else its platform's."""
        events = self.choices.get(account.id, self.choices.get(spec.name, ()))
        words = "; ".join(f"{event}: {spec.events[event]}" for event in events) or spec.conversions
        return Counted(spec.name, events, words)


class _Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    events: tuple[str, ...]


def load(text: str, specs: Sequence[PlatformSpec]) -> Counting:
    """The choices that `text` (TOML) spells: a table for each platform or account, with its `events`.

    Raises:
        CountingInvalid: naming what is wrong, and what there is.
    """
    try:
        tables = msgspec.convert(tomllib.loads(text), dict[str, _Choice])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise CountingInvalid(f"{str(wrong)[:200]}; write tables such as [meta] with events = [...]") from None
    for subject, choice in tables.items():
        spec = _spec(subject, specs)
        unknown = [event for event in choice.events if event not in spec.events]
        if unknown or not choice.events or len(set(choice.events)) != len(choice.events):
            raise CountingInvalid(f"[{subject}] events: some of {', '.join(spec.events)}, each once")
    return Counting({subject: choice.events for subject, choice in tables.items()})


def load_file(path: Path, specs: Sequence[PlatformSpec]) -> Counting:
    """The choices in the file at `path`.

    Raises:
        CountingInvalid: it cannot be read, or is wrong.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode()
    except (OSError, UnicodeDecodeError) as wrong:
        raise CountingInvalid(f"the file cannot be read ({type(wrong).__name__})") from None
    return load(text, specs)


def _spec(subject: str, specs: Sequence[PlatformSpec]) -> PlatformSpec:
    for spec in specs:
        if subject == spec.name or re.fullmatch(spec.account_id, subject, re.ASCII):
            return spec
    forms = ", ".join(f"{spec.name} or {spec.account_example}" for spec in specs)
    raise CountingInvalid(f"[{subject[:60]}] is no platform or account id; write {forms}")
