"""TikTok's countries (TikTok API for Business docs, v1.3, "Get available locations")."""

import httpx2

_PATH = "/open_api/v1.3/tool/region/"
_ASKED = {
    "advertiser_id": "7123456789012345678",
    "placements": '["PLACEMENT_TIKTOK"]',
    "objective_type": "TRAFFIC",
    "level_range": "TO_COUNTRY",
}


async def test_countries_are_told_with_their_ids(http: httpx2.AsyncClient) -> None:
    told = (await http.get(_PATH, params=_ASKED)).json()

    assert told["code"] == 0
    assert {one["region_code"]: one["location_id"] for one in told["data"]["region_info"]}["US"] == "6252001"
    assert all(one["level"] == "COUNTRY" for one in told["data"]["region_info"])


async def test_what_is_required_is(http: httpx2.AsyncClient) -> None:
    for name in ("advertiser_id", "placements", "objective_type"):
        told = (await http.get(_PATH, params={key: value for key, value in _ASKED.items() if key != name})).json()

        assert (told["code"], told["message"]) == (40002, f"{name}: Missing data for required field.")
