"""What plays share: a ledger in which each has a tenant of its own, a furnished world, and policies."""

from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from shutil import copyfile

import sqlalchemy as sa
from pydantic import SecretStr

from tests.conftest import StandingClock
from tests.worst_case.ground import furnish
from tests.worst_case.policies import POLICIES
from xylo_mcp.ledger import engines
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings

_numbers = count()


@dataclass(frozen=True)
class Terms:
    """On which terms a replica runs: by which policy, and whether it only reads."""

    policy: int = 0
    read_only: bool = False


@dataclass
class Theatre:
    """A folder; `ledger` is the address of the ledger if it is not in there."""

    folder: Path
    ledger: str = ""

    def __post_init__(self) -> None:
        for number, text in enumerate(POLICIES):
            self._policy(number).write_text(text)
            self._policy(number).chmod(0o600)

    @cached_property
    def engine(self) -> sa.Engine:
        """The ledger's, for those who watch: a statement is put together once for all plays."""
        return engines.made(self.settings("nobody", Terms()).ledger_place)

    def tenant(self) -> str:
        """One that nobody had before."""
        return f"play-{next(_numbers)}"

    def world(self, tenant: str) -> Path:
        """A world to play in; it is furnished only once."""
        return Path(copyfile(self._furnished, self.folder / f"{tenant}.sqlite3"))

    def settings(self, tenant: str, terms: Terms) -> Settings:
        """Settings of a replica."""
        return Settings(
            mode="sandbox",
            state_dir=self.folder,
            ledger=SecretStr(self.ledger),
            tenant=tenant,
            policy=self._policy(terms.policy),
            read_only=terms.read_only,
        )

    def _policy(self, number: int) -> Path:
        return self.folder / f"policy-{number}.toml"

    @cached_property
    def _furnished(self) -> Path:
        path = self.folder / "furnished.sqlite3"
        house = House(path, 1, StandingClock())
        furnish(house)
        house.close()
        return path
