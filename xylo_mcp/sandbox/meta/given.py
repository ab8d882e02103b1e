"""Reads the parameters of a write: whatever is given must be good, and an empty text is not nothing."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ..world import AccountPlan
from .errors import invalid, not_one_of
from .parameters import words
from .refusals import missing

_WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)
_COUNTRY = re.compile(r'\["[A-Z]{2}"(,\s*"[A-Z]{2}")*\]', re.ASCII)
_LONGEST_NAME = 400  # inferred: Meta does not publish it


@dataclass(frozen=True, slots=True)
class Given:
    """What a request says, and of which account."""

    arguments: Mapping[str, str]
    account: AccountPlan

    def has(self, name: str) -> bool:
        """Whether the request says anything of it."""
        return name in self.arguments

    def required(self, *names: str) -> None:
        """Refuse a request that leaves out one of `names`."""
        for name in names:
            if name not in self.arguments:
                raise missing(name)

    def title(self, name: str) -> str:
        """A name: any characters, not only blanks, not endless. Names need not be unique."""
        text = self.arguments[name]
        if not text.strip() or len(text) > _LONGEST_NAME:
            raise invalid(f"Param {name} must be a non-empty string of at most {_LONGEST_NAME} characters")
        return text

    def word(self, name: str, allowed: Collection[str]) -> str:
        """A word of an enumeration."""
        if self.arguments[name] not in allowed:
            raise not_one_of(name, allowed)
        return self.arguments[name]

    def words(self, name: str, allowed: Collection[str]) -> list[str]:
        """Words of an enumeration, each once and in its order."""
        if not self.arguments[name]:
            raise invalid(f"Param {name} must be an array of strings")
        found = words(self.arguments, name, allowed)
        return [one for one in allowed if one in found]

    def countries(self, name: str) -> str:
        """Countries by two letters, at least one, as JSON."""
        if not _COUNTRY.fullmatch(self.arguments[name]):
            raise invalid(f"Param {name} must be a non-empty array of ISO 3166-1 alpha-2 country codes")
        return self.arguments[name]

    def whole(self, name: str) -> int:
        """A whole number, zero or more: money comes in Meta's subunits."""
        if not _WHOLE.fullmatch(self.arguments[name]):
            raise invalid(f"Param {name} must be an integer")
        return int(self.arguments[name])

    def moment(self, name: str) -> datetime:
        """A moment in the account's time zone, given with an offset from UTC or as seconds since 1970."""
        text = self.arguments[name]
        try:
            found = datetime.fromtimestamp(int(text), UTC) if _SECONDS.fullmatch(text) else datetime.fromisoformat(text)
            local = found.astimezone(ZoneInfo(self.account.time_zone))
        except (ValueError, OverflowError) as error:
            raise invalid(f"Param {name} must be a valid ISO 8601 datetime") from error
        if found.tzinfo is None:  # inferred: Meta may take it as the account's own time
            raise invalid(f"Param {name} must have an offset from UTC")
        return local
