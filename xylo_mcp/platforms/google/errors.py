"""Finds out whether an answer of Google is good, and which of our errors it is if not."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import httpx2
import msgspec

from ...ads.errors import AdsError
from ...contract import Clock
from ...transport import vendor_words
from ..reading import NOTHING, currency, garbled, micros
from . import people_refusals, refusals, write_refusals
from .refusals import BY_REASON, SERVER_ERROR, Refusal, by_status

PLATFORM = "google"
ABOUT_PEOPLE = "about_people"
"""The extension of requests that carry people's data: no words of Google's are kept from a refusal, but its codes."""

_BY_CODE = {**refusals.BY_CODE, **write_refusals.BY_CODE, **people_refusals.BY_CODE}
_BY_CATEGORY = {**refusals.BY_CATEGORY, **write_refusals.BY_CATEGORY, **people_refusals.BY_CATEGORY}
# Refusals by what these statuses are, whoever on the way says so.
_REFUSALS = frozenset({401, 403, 429})

_DURATION = re.compile(r"([0-9]{1,9})(?:\.[0-9]{1,9})?s")
_SECONDS = re.compile(r"[0-9]{1,9}")
# The longest quota window is a sliding day (Google Ads API docs, "API limits and quotas", 2026).
_LONGEST_WAIT = timedelta(days=1)


class _Quota(msgspec.Struct, frozen=True, rename="camel"):
    retry_delay: str = ""


class _Minimum(msgspec.Struct, frozen=True, rename="camel"):
    currency_code: str = ""
    budget_per_day_minimum_micros: msgspec.Raw = NOTHING

    @property
    def advice(self) -> str:
        """How much a budget has to be; empty where Google doesn't say it properly."""
        try:
            amount, code = micros(self.budget_per_day_minimum_micros), currency(self.currency_code)
        except ValueError:
            return ""
        return f"At least {amount.normalize():f} {code} a day." if amount else ""


class _ErrorDetails(msgspec.Struct, frozen=True, rename="camel"):
    quota_error_details: _Quota = _Quota()
    budget_per_day_minimum_error_details: _Minimum = _Minimum()


class _GoogleAdsError(msgspec.Struct, frozen=True, rename="camel"):
    """One error of a GoogleAdsFailure; its code is a category and a value."""

    error_code: Mapping[str, str] = {}
    message: str = ""
    details: _ErrorDetails = _ErrorDetails()

    @property
    def code(self) -> str:
        return next((f"{category}.{value}" for category, value in self.error_code.items()), "")


class Violation(msgspec.Struct, frozen=True):
    """A field that is not as it should be, and why; its description is not read, for it may quote the field."""

    field: str = ""
    reason: str = ""


class _Detail(msgspec.Struct, frozen=True, rename="camel"):
    """What may stand in `details`: GoogleAdsFailure, ErrorInfo, RetryInfo, BadRequest, whose fields don't collide."""

    errors: Sequence[_GoogleAdsError] = ()
    field_violations: Sequence[Violation] = ()
    request_id: str = ""
    reason: str = ""
    retry_delay: str = ""


class _Error(msgspec.Struct, frozen=True):
    """A google.rpc.Status as the REST face writes it."""

    code: int = 0
    message: str = ""
    status: str = ""
    details: Sequence[_Detail] = ()


class _Answer(msgspec.Struct, frozen=True):
    error: _Error | None = None


class _Finding(msgspec.Struct, frozen=True):
    """A refusal, the words in which Google said so, and how far from them our reading is."""

    refusal: Refusal
    code: str
    message: str
    doubt: int
    advice: str = ""


class _Told(msgspec.Struct, frozen=True):
    """A whole answer that is no good one: what it states, and by which reasons to read that."""

    stated: _Error
    response: httpx2.Response
    reasons: Mapping[str, Refusal]

    @property
    def about_people(self) -> bool:
        return bool(self.response.request.extensions.get(ABOUT_PEOPLE))


def fault(
    response: httpx2.Response,
    *,
    clock: Clock,
    secrets: Iterable[str] = (),
    reasons: Mapping[str, Refusal] = BY_REASON,
) -> AdsError | None:
    """What is wrong with a whole answer; None if nothing is.

    `searchStream` answers with an array, where an error may follow good parts, so an error anywhere
    in the answer counts, whatever the HTTP status says. `reasons`: what those of this interface mean.
    """
    try:
        answers: _Answer | list[_Answer] = msgspec.json.decode(response.content, type=_Answer | list[_Answer])
    except (ValueError, RecursionError):
        if response.is_success:
            return garbled(PLATFORM)
        return _error(_Told(_Error(), response, reasons), clock, secrets)
    parts = answers if isinstance(answers, list) else [answers]
    stated = next((part.error for part in parts if part.error is not None), None)
    if stated is None and response.is_success:
        return None
    return _error(_Told(stated or _Error(), response, reasons), clock, secrets)


def violations(response: httpx2.Response) -> Sequence[Violation]:
    """The fields that a refusal names; empty where it names none."""
    try:
        error = msgspec.json.decode(response.content, type=_Answer).error or _Error()
    except (ValueError, RecursionError):
        return ()
    return [violation for detail in error.details for violation in detail.field_violations]


def _error(told: _Told, clock: Clock, secrets: Iterable[str]) -> AdsError:
    stated, response = told.stated, told.response
    status = response.status_code
    if response.is_success:
        status = stated.code or SERVER_ERROR
    finding = min(_findings(told, status), key=lambda found: found.doubt)
    named = next((detail.request_id for detail in stated.details if detail.request_id), "")
    error = finding.refusal.kind(
        finding.refusal.message,
        f"{finding.refusal.fix} {finding.advice}".rstrip(),
        platform=PLATFORM,
        vendor=vendor_words(
            finding.code,
            "" if told.about_people else finding.message,
            named or response.headers.get("request-id", ""),
            secrets=secrets,
        ),
        retry_at=_retry_at(stated, response, clock()),
    )
    error.nothing_done = _surely_refused(told)
    return error


def _surely_refused(told: _Told) -> bool:
    """Whether a change that met this was surely not carried out.

    So it is where Google itself says so, under the status of a refusal, and none of its reasons is a failure.
    """
    status = told.response.status_code
    if not told.response.is_client_error or (told.stated == _Error() and status not in _REFUSALS):
        return False
    return all(found.refusal.sure and found.refusal.kind.nothing_done for found in _findings(told, status))


def _findings(told: _Told, status: int) -> Iterator[_Finding]:
    """What is stated may mean several things: one answer may hold several errors."""
    stated = told.stated
    errors = [error for detail in stated.details for error in detail.errors]
    named = [violation.reason for detail in stated.details for violation in detail.field_violations]
    reasons = [reason for reason in named if reason in told.reasons]
    reasons += [detail.reason for detail in stated.details if detail.reason in told.reasons and not reasons]
    for error in errors:
        refusal, doubt = _known(error.code) or (by_status(status), 3)
        yield _Finding(
            refusal, error.code, error.message, doubt, error.details.budget_per_day_minimum_error_details.advice
        )
    for reason in reasons:
        yield _Finding(told.reasons[reason], reason, stated.message, 2)
    if not errors and not reasons:
        refusal = told.reasons.get(stated.status) or by_status(status)
        yield _Finding(refusal, next(filter(None, named), stated.status or str(status)), stated.message, 4)


def _known(code: str) -> tuple[Refusal, int] | None:
    """What a code or at least its category means, and how doubtful that is."""
    if code in _BY_CODE:
        return _BY_CODE[code], 0
    category = code.partition(".")[0]
    return (_BY_CATEGORY[category], 1) if category in _BY_CATEGORY else None


def _retry_at(stated: _Error, response: httpx2.Response, now: datetime) -> datetime | None:
    """When Google says that asking again makes sense; of several moments the latest."""
    delays = [detail.retry_delay for detail in stated.details]
    delays += [error.details.quota_error_details.retry_delay for detail in stated.details for error in detail.errors]
    seconds = [int(match[1]) + 1 for match in map(_DURATION.fullmatch, delays) if match]
    after = response.headers.get("retry-after", "")
    if _SECONDS.fullmatch(after):
        seconds.append(int(after))
    return now + min(timedelta(seconds=max(seconds)), _LONGEST_WAIT) if seconds else None
