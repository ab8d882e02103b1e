import pytest

from xylo_mcp.ads.errors import Unauthorized
from xylo_mcp.platforms.tiktok import auth


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("https://business-api.tiktok.com", "https://business-api.tiktok.com/open_api/v1.3"),
        ("https://sandbox-ads.tiktok.com/open_api/v1.3/", "https://sandbox-ads.tiktok.com/open_api/v1.3"),
        ("http://127.0.0.1:9000/tiktok/", "http://127.0.0.1:9000/tiktok/open_api/v1.3"),
    ],
)
def test_the_base_url_may_have_the_version_or_not(setting: str, address: str) -> None:
    assert auth.base_url(setting, "v1.3") == address


async def test_a_token_that_ended_is_the_operators_matter() -> None:
    token = auth.token({"ACCESS_TOKEN": "0f1e2d3c"})

    assert await token.current() == "0f1e2d3c"
    with pytest.raises(Unauthorized):
        await token.renew("0f1e2d3c")
