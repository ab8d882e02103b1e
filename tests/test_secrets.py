"""No secret is ever in an answer, an error, a log or a file, whatever goes wrong."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec
import pytest

from xylo_mcp import resources
from xylo_mcp.ads.errors import AdsError
from xylo_mcp.app import Caller
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import KINDS, Fault, Kind
from xylo_mcp.sandbox.house import House
from xylo_mcp.tools import TOOLS
from xylo_mcp.tools.failures import failed, failed_text

# Not secret by themselves, though part of what opens a platform.
_KNOWN = {"APP_ID", "CLIENT_ID"}


def secrets(house: House) -> set[str]:
    return {
        value
        for platform in house.platforms
        for name, value in house.credentials(platform).items()
        if name not in _KNOWN
    }


async def everything_said(caller: Caller) -> str:
    said: list[str] = []
    for tool in TOOLS:
        try:
            answer = await tool.run({}, caller)
            said += [answer.text, msgspec.json.encode(answer.content).decode()]
        except AdsError as error:
            said += [failed_text(failed(error, "sandbox")), repr(error), repr(error.__dict__)]
    for uri in ("xylo://summary/yesterday", "xylo://accounts", "xylo://accounts/act_123456789/campaigns"):
        resource, values = resources.find(uri)
        try:
            said.append(await resource.read(values, caller))
        except AdsError as error:
            said += [failed_text(failed(error, "sandbox")), repr(error), repr(error.__dict__)]
    said.append(repr(caller))
    return "\n".join(said)


def files_below(folder: Path) -> str:
    return "".join(file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file())


@pytest.mark.virtual_time
@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"slow", "huge"}))
async def test_no_trouble_brings_a_secret_to_light(
    kind: Kind,
    house: House,
    open_caller: Callable[..., AbstractAsyncContextManager[Caller]],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    for platform in house.platforms:
        house.faults.plan(Fault(platform, kind, skip=2, times=-1, status=500))

    async with open_caller(deadline=0.5) as caller:
        said = await everything_said(caller)

    captured = capfd.readouterr()
    for secret in secrets(house):
        assert secret not in said + caplog.text + captured.out + captured.err + files_below(tmp_path)


def test_every_secret_setting_of_every_platform_is_said_to_be_one() -> None:
    named = {f"{spec.name}.{part.name}" for spec in found().values() for part in spec.settings if part.secret}

    assert named == {
        "google.CLIENT_SECRET",
        "google.DEVELOPER_TOKEN",
        "google.REFRESH_TOKEN",
        "meta.ACCESS_TOKEN",
        "meta.APP_SECRET",
        "tiktok.ACCESS_TOKEN",
        "tiktok.APP_SECRET",
    }
