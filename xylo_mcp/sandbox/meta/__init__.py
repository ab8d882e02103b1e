"""Meta's Marketing API in small: the Graph, its words, its money and its refusals, over the world's truth."""

from starlette.types import ASGIApp

from ..world import World
from .access import Access
from .cast import CAST, CREDENTIALS, pixel_of
from .door import Door
from .graph import Graph
from .writing import Writing

__all__ = ["CAST", "CREDENTIALS", "pixel_of", "server"]


def server(
    world: World,
    *,
    proof_required: bool = False,
    gaps: bool = False,
    regain_minutes: int = 0,
    terms_accepted: bool = True,
) -> ASGIApp:
    """The Graph API over `world`.

    Args:
        world: the truth; it must have `CAST` among its casts.
        proof_required: whether the app insists on `appsecret_proof`, as its setting at Meta may say.
        gaps: whether an empty page that has a next one stands between any two pages, as Meta may answer.
        regain_minutes: what a throttled answer says about the wait; 0 is "less than a minute".
        terms_accepted: whether the business has agreed to the terms that customer lists need.
    """
    access = Access(CREDENTIALS["ACCESS_TOKEN"], CREDENTIALS["APP_SECRET"], proof_required=proof_required)
    graph = Graph(world)
    writing = Writing(world, graph, terms_accepted=terms_accepted)
    return Door(world, graph, writing, access, gaps=gaps, regain_minutes=regain_minutes).application()
