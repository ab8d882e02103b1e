"""What asking several platforms at once costs on top of the slowest."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx2
import msgspec

from .figures import Figure, Goal, ratio
from .pipe import Pipe
from .processes import SERVER, sandbox

_ACCOUNTS = {"tiktok": "tiktok_7123456789012345678", "meta": "act_123456789", "google": "customers/1234567890"}
_LATENCIES = {"tiktok": 0.05, "meta": 0.2, "google": 0.4}
_ROUNDS = 10
_DEADLINE = 2.0
_HUNG_ROUNDS = 4


class _Failure(msgspec.Struct):
    subject: str
    code: str


class _Account(msgspec.Struct):
    account: str


class _Page(msgspec.Struct):
    accounts: list[_Account]
    failures: list[_Failure]


def measure() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="xylo-bench-") as state_dir,
        sandbox(Path(state_dir)) as address,
        Pipe((*SERVER, "serve"), _environment(address)) as pipe,
        httpx2.Client() as faults,
    ):
        pipe.greet()
        assert not _ask(pipe, list(_ACCOUNTS.values())).failures  # opens connections, lists accounts
        _plan(faults, address, _LATENCIES)
        together = _together(pipe)
        _plan(faults, address, {"google": 2 * _DEADLINE})
        return [together, _hung(pipe)]


def _environment(address: str) -> Mapping[str, str]:
    return {
        "XYLO_MODE": "dry_run",
        "XYLO_DEADLINE": str(_DEADLINE),
        "XYLO_TIKTOK_BASE_URL": f"{address}/tiktok",
        "XYLO_TIKTOK_ACCESS_TOKEN": "sandbox-tiktok-token",
        "XYLO_TIKTOK_APP_ID": "7000000000000000001",
        "XYLO_TIKTOK_APP_SECRET": "sandbox-tiktok-secret",
        "XYLO_META_BASE_URL": f"{address}/meta",
        "XYLO_META_ACCESS_TOKEN": "sandbox-meta-token",
        "XYLO_META_APP_SECRET": "sandbox-meta-secret",
        "XYLO_GOOGLE_BASE_URL": f"{address}/google",
        "XYLO_GOOGLE_TOKEN_URL": f"{address}/google/token",
        "XYLO_GOOGLE_CLIENT_ID": "sandbox-google-client",
        "XYLO_GOOGLE_CLIENT_SECRET": "sandbox-google-secret",
        "XYLO_GOOGLE_REFRESH_TOKEN": "sandbox-google-refresh",
    }


def _together(pipe: Pipe) -> Figure:
    together: list[float] = []
    alone: list[float] = []
    for _ in range(_ROUNDS):
        together.append(_seconds(pipe, list(_ACCOUNTS.values())))
        alone.append(_seconds(pipe, [_ACCOUNTS["google"]]))
    return ratio("fan-out", "platforms of 50, 200, 400 ms, against the slowest", together, alone, Goal(1.05))


def _hung(pipe: Pipe) -> Figure:
    took: list[float] = []
    for _ in range(_HUNG_ROUNDS):
        begun = time.perf_counter()
        page = _ask(pipe, list(_ACCOUNTS.values()))
        took.append(time.perf_counter() - begun)
        assert [one.account for one in page.accounts] == [_ACCOUNTS["tiktok"], _ACCOUNTS["meta"]]
        assert [(one.subject, one.code) for one in page.failures] == [(_ACCOUNTS["google"], "DEADLINE_EXCEEDED")]
    deadline = [_DEADLINE] * len(took)
    return ratio("fan-out", "one of three hangs, two answers kept, deadline", took, deadline, Goal(1.02))


def _seconds(pipe: Pipe, accounts: Sequence[str]) -> float:
    begun = time.perf_counter()
    assert not _ask(pipe, accounts).failures
    return time.perf_counter() - begun


def _ask(pipe: Pipe, accounts: Sequence[str]) -> _Page:
    result = pipe.call("list_campaigns", {"accounts": accounts, "limit": 100})
    return msgspec.json.decode(result.structured_content, type=_Page)


def _plan(faults: httpx2.Client, address: str, latencies: Mapping[str, float]) -> None:
    """Make these platforms slow from now on, and no others."""
    planned = [
        {"platform": platform, "kind": "slow", "times": -1, "seconds": seconds}
        for platform, seconds in latencies.items()
    ]
    faults.delete(f"{address}/_faults").raise_for_status()
    faults.post(f"{address}/_faults", json=planned).raise_for_status()
