"""The sandbox's world as a person changes it on the platform's own page, in a process that is not the sandbox's."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.world import AccountPlan, World


class Ground:
    """The campaigns of a world's accounts. Amounts are whole units of a currency with cents."""

    def __init__(self, world: World) -> None:
        self._world = world

    def clear(self, account: str) -> None:
        """Switch off whatever runs in an account."""
        platform, plan = self._of(account)
        with self._world.editing(platform) as editor:
            for one in editor.campaigns(plan):
                if one.switch == "on":
                    editor.update(one, switch="off")

    def open(self, account: str, daily: int, *, on: bool = True, number: int = 1) -> list[str]:
        """So many new campaigns with this budget; their ids."""
        platform, plan = self._of(account)
        switch = "on" if on else "off"
        with self._world.editing(platform) as editor:
            made = [
                editor.create(plan, name=f"Made by hand {daily}", goal="traffic", switch=switch, daily=daily * 100)
                for _ in range(number)
            ]
        return [one.id for one in made]

    def reset(self, account: str, campaign_ids: list[str], daily: int) -> None:
        """Give these campaigns this budget again."""
        platform, plan = self._of(account)
        with self._world.editing(platform) as editor:
            by_id = {one.id: one for one in editor.campaigns(plan)}
            for campaign_id in campaign_ids:
                editor.update(by_id[campaign_id], daily=daily * 100)

    def _of(self, account: str) -> tuple[str, AccountPlan]:
        return next(
            (cast.platform, plan) for cast in self._world.casts for plan in cast.accounts if plan.public_id == account
        )


@contextmanager
def ground(state_dir: Path) -> Generator[Ground]:
    """The world that the sandbox with this state serves."""
    house = House(state_dir / "sandbox-1.sqlite3", 1, lambda: datetime.now(UTC))
    try:
        yield Ground(house.world)
    finally:
        house.close()
