import pytest

from xylo_mcp.platforms.google.limits import LIMITS as GOOGLE
from xylo_mcp.platforms.meta.limits import LIMITS as META
from xylo_mcp.platforms.tiktok.limits import LIMITS as TIKTOK
from xylo_mcp.transport import Limits


@pytest.mark.parametrize(
    ("limits", "per_second", "at_once", "per_minute"), [(GOOGLE, 50, 16, 0), (META, 50, 16, 0), (TIKTOK, 10, 16, 600)]
)
def test_only_a_vendor_that_publishes_a_rate_is_asked_slowly(
    limits: Limits, *, per_second: int, at_once: int, per_minute: int
) -> None:
    assert (limits.per_second, limits.at_once, limits.per_minute) == (per_second, at_once, per_minute)
