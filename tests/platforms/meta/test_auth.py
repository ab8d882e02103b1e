import httpx2
import pytest

from xylo_mcp.ads.errors import Unauthorized
from xylo_mcp.platforms.meta import auth


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("https://graph.facebook.com", "https://graph.facebook.com/v26.0"),
        ("https://graph.facebook.com/", "https://graph.facebook.com/v26.0"),
        ("https://graph.facebook.com/v26.0/", "https://graph.facebook.com/v26.0"),
        ("http://127.0.0.1:9000/meta/v26", "http://127.0.0.1:9000/meta/v26"),
        ("http://v1.example", "http://v1.example/v26.0"),
    ],
)
def test_the_base_url_may_have_the_version_or_not(setting: str, address: str) -> None:
    assert auth.base_url(setting, "v26.0") == address


def test_the_proof_is_metas_own_and_follows_the_token() -> None:
    request = httpx2.Request("GET", "https://graph.facebook.com/v26.0/me/adaccounts", params={"limit": 1})
    sign = auth.signer("shhh-example-secret")

    sign(request, "EAAexampletoken")
    first = dict(request.url.params)
    sign(request, "EAAanothertoken")

    assert first == {
        "limit": "1",
        "appsecret_proof": "4a3260d3b7172d627512fa5934cfbb233349f5954dda76023c23b7f60cf95004",
    }
    assert request.headers["Authorization"] == "Bearer EAAanothertoken"
    assert [name for name, _ in request.url.params.multi_items()] == ["limit", "appsecret_proof"]
    assert request.url.params["appsecret_proof"] != first["appsecret_proof"]


async def test_a_token_that_ended_is_the_operators_matter() -> None:
    token = auth.token("EAAexampletoken")

    assert await token.current() == "EAAexampletoken"
    with pytest.raises(Unauthorized):
        await token.renew("EAAexampletoken")
