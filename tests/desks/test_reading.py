"""How long a client may keep what it read, and what a client is told that asks for nothing."""

import pytest

from tests.desks.conftest import Connect


@pytest.mark.parametrize(
    ("uri", "fresh"),
    [("xylo://summary/yesterday", 60_000), ("xylo://glossary", 3_600_000), ("xylo://guardrails", 0)],
)
async def test_a_client_may_keep_what_it_read_for_as_long_as_it_holds(connect: Connect, uri: str, fresh: int) -> None:
    async with connect("2026-07-28") as client:
        result = await client.read_resource(uri)

    assert (result.ttl_ms, result.cache_scope) == (fresh, "private")


async def test_lists_may_be_kept_for_an_hour(connect: Connect) -> None:
    async with connect("2026-07-28") as client:
        lists = [
            await client.list_tools(),
            await client.list_prompts(),
            await client.list_resources(),
            await client.list_resource_templates(),
        ]

    assert {(one.ttl_ms, one.cache_scope) for one in lists} == {(3_600_000, "private")}
