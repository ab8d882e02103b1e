"""Meta's Marketing API in small: the Graph, its words, its money and its refusals, over the world's truth."""

from starlette.types import ASGIApp

from ..world import World
from .access import Access
from .cast import CAST, CREDENTIALS
from .door import Door
from .graph import Graph

__all__ = ["CAST", "CREDENTIALS", "server"]


def server(world: World, *, proof_required: bool = False, gaps: bool = False, regain_minutes: int = 0) -> ASGIApp:
    """The Graph API over `world`.

    Args:
        world: the truth; it must have `CAST` among its casts.
        proof_required: whether the app insists on `appsecret_proof`, as its setting at Meta may say.
        gaps: whether an empty page that has a next one stands between any two pages, as Meta may answer.
        regain_minutes: what a throttled answer says about the wait; 0 is "less than a minute".
    """
    access = Access(CREDENTIALS["ACCESS_TOKEN"], CREDENTIALS["APP_SECRET"], proof_required=proof_required)
    return Door(world, Graph(world), access, gaps=gaps, regain_minutes=regain_minutes).application()
