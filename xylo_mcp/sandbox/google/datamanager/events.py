"""Events for conversion actions: what is wrong with a request, and what becomes of each event afterwards.

Data Manager API docs, "Send events" and REST reference, "Event", "ProcessingErrorReason" (v1, read Nov 2026).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ...people import Event as Heard
from ...world import World
from ..cast import WITHOUT_LEADS, conversion_action_id
from ..conversions.clicks import SETTLES, click, is_click_id
from ..conversions.repetitions import Conversion, event, is_known
from ..tracking import WINDOW_DAYS
from .destinations import Target, check_references, element, goes_to, targets, told
from .failures import Violations, violated
from .identifiers import Part, Reader, check_encoding
from .messages import DENIED, SOURCES, Event, IngestEvents
from .moments import read_time
from .statuses import Outcome, keep

MOST_EVENTS: Final = 2_000
_REASON: Final = "PROCESSING_ERROR_REASON_"
_MISMATCH: Final = "PROCESSING_ERROR_OPERATING_ACCOUNT_MISMATCH_FOR_AD_IDENTIFIER"
_WINDOW: Final = timedelta(days=WINDOW_DAYS)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class _Sent:
    """One event that a request may hold: when it was, and who did it."""

    event: Event
    at: datetime
    parts: Sequence[Part]
    denied: bool
    consent: dict[str, str]

    @property
    def clicks(self) -> dict[str, str]:
        """The ids of clicks, by their names."""
        ids = self.event.ad_identifiers
        found = {"gclid": ids.gclid, "gbraid": ids.gbraid, "wbraid": ids.wbraid}
        return {name: value for name, value in found.items() if value}


def ingest_events(world: World, asked: IngestEvents) -> str:
    """Events come in; the request's id, empty where it was only looked at."""
    to = targets(world, asked.destinations)
    sent = _read(asked, to, world.clock())
    _check_actions(to, sent)
    if asked.validate_only:
        return ""
    with world.memory.writing():
        return keep(world, [_carry_out(world, target, sent) for target in to])


def _read(asked: IngestEvents, to: Sequence[Target], now: datetime) -> Sequence[_Sent]:
    if not asked.events:
        raise violated("events", "REQUIRED_FIELD_MISSING", "Required field is missing.")
    if len(asked.events) > MOST_EVENTS:
        raise violated("events", "TOO_MANY_EVENTS", f"At most {MOST_EVENTS} are allowed.")
    digests = any(one.user_data is not None for one in asked.events)
    check_encoding(asked.encoding, asked.encryption_info, digests=digests)
    violations = Violations()
    reader = Reader(asked.encoding, violations)
    sent: list[_Sent] = []
    for at, one in enumerate(asked.events):
        where = element("events", at)
        check_references(one.destination_references, to, where, violations)
        _check(one, where, violations)
        consent = asked.consent if one.consent is None else one.consent
        parts = [] if one.user_data is None else reader.parts(one.user_data, where)
        when = _time(one.event_timestamp, where, now, violations)
        sent.append(_Sent(one, when, parts, consent.ad_user_data in DENIED, consent.words))
    violations.check()
    return sent


def _check(one: Event, where: str, violations: Violations) -> None:
    ids = one.ad_identifiers
    if one.third_party_user_data is not None:
        reason = "THIRD_PARTY_USER_DATA_NOT_ALLOWED"
        violations.add(f"{where}.third_party_user_data", reason, "Such data are for data partners.")
    if one.user_data is None and not (ids.gclid or ids.gbraid or ids.wbraid):
        text = "Events data contains no user identifiers or ad identifiers."
        violations.add(where, "NO_IDENTIFIERS_PROVIDED", text)
    if one.currency and not _CURRENCY.fullmatch(one.currency):
        violations.add(f"{where}.currency", "INVALID_CURRENCY_CODE", "The currency code is not supported.")
    if one.conversion_value is not None and not (one.conversion_value.is_finite() and one.conversion_value >= 0):
        violations.add(f"{where}.conversion_value", "INVALID_NUMBER_FORMAT", "Invalid number format.")
    if _source(one) == "IN_STORE":  # that clicks are uploaded of other events alone is inferred
        reason = "EVENT_SOURCE_AND_DESTINATION_MISMATCH"
        violations.add(f"{where}.event_source", reason, "The action takes no events in stores.")


def _source(one: Event) -> str:
    return SOURCES.get(one.event_source, "") if isinstance(one.event_source, int) else one.event_source


def _time(text: str, where: str, now: datetime, violations: Violations) -> datetime:
    at = f"{where}.event_timestamp"
    if not text:
        violations.add(at, "REQUIRED_FIELD_MISSING", "Required field is missing.")
        return now
    found = read_time(text, at)
    if found > now:
        violations.add(at, "EVENT_TIME_INVALID", "Event did not occur within the acceptable time window.")
    return found


def _check_actions(to: Sequence[Target], sent: Sequence[_Sent]) -> None:
    violations = Violations()
    for target in to:
        if target.id != conversion_action_id(target.plan.id):
            where = f"{target.where}.product_destination_id"
            violations.add(where, "INVALID_CONVERSION_ACTION_ID", "Conversion action ID is not valid.")
        if target.plan.id in WITHOUT_LEADS and any(one.parts for one in sent):
            reason = "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS"
            violations.add(target.where, reason, "The account is not enabled for enhanced conversions for leads.")
    violations.check()


def _carry_out(world: World, target: Target, sent: Sequence[_Sent]) -> Outcome:
    mine = [one for one in sent if goes_to(one.event.destination_references, target)]
    failed, seen, heard = Counter[str](), set[str](), list[Heard]()
    for one in mine:
        reason = _problem(one, target, world.clock())
        if reason:  # what could not be used is not kept
            failed[reason] += 1
            continue
        told_of = _conversion(one, target)
        repeated = told_of.key in seen or is_known(world, told_of)
        if repeated:
            failed[f"{_REASON}DUPLICATE_{'TRANSACTION_ID' if told_of.order_id else 'GCLID'}"] += 1
        if told_of.key:
            seen.add(told_of.key)
        heard.append(event(world, told_of, counted=not repeated))
    world.people.hear(heard)
    return Outcome(told(target.sent), ("eventsIngestionStatus",), {"recordCount": len(mine)}, failed)


def _problem(one: _Sent, target: Target, now: datetime) -> str:
    """Why an event is not taken though its request was; empty where it is."""
    if one.denied:
        return f"{_REASON}DENIED_CONSENT"
    if one.at < now - _WINDOW:
        return f"{_REASON}EVENT_TOO_OLD"
    if len(one.clicks) > 1:
        return f"{_REASON}INVALID_AD_IDENTIFIERS"
    for name, value in one.clicks.items():
        if not is_click_id(value):
            return f"{_REASON}INVALID_{name.upper()}"
        return _click_problem(value, one.at, target, now)
    return ""


def _click_problem(value: str, at: datetime, target: Target, now: datetime) -> str:
    found = click(value)
    if found is None:
        return ""
    if found.account != target.plan.id:
        return _MISMATCH
    if now - found.at < SETTLES:
        return f"{_REASON}TOO_RECENT_CLICK"
    if at < found.at:
        return f"{_REASON}CONVERSION_PRECEDES_CLICK"
    return f"{_REASON}EVENT_TOO_OLD" if at - found.at > _WINDOW else ""


def _conversion(one: _Sent, target: Target) -> Conversion:
    sent, person = one.event, dict(one.clicks)
    for kind, value in one.parts:
        person[kind] = f"{person[kind]},{value}" if kind in person else value
    value = "" if sent.conversion_value is None else format(sent.conversion_value, "f")
    source = _source(sent)
    told_of = {"service": "events:ingest"} | ({} if source.endswith("UNSPECIFIED") else {"event_source": source})
    return Conversion(
        action=target.id,
        at=one.at,
        order_id=sent.transaction_id,
        click=next(iter(one.clicks.values()), ""),
        value=value,
        currency=sent.currency or (target.plan.currency if value else ""),
        person=person,
        details=told_of | one.consent,
    )
