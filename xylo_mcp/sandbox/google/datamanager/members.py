"""Members of audiences come in or go, by one kind of data in a request.

Data Manager API docs, "Send audience members" and REST reference, "AudienceMember" (v1, read Nov 2026).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ...people import Audience, Verb
from ...world import World
from ..people import persons
from ..people.lists import change_members, drop_older, empty, user_list
from ..people.persons import MOBILE_ID, person
from .destinations import Target, check_references, element, goes_to, targets, told
from .failures import Violations, violated
from .identifiers import MOST_IDENTIFIERS, Part, Reader, check_encoding
from .messages import ACCEPTED, DENIED, AudienceMember, IngestMembers, RemoveAllMembers, RemoveMembers
from .moments import read_time
from .statuses import Outcome, keep

MOST_MEMBERS: Final = 10_000
_DENIED: Final = "PROCESSING_ERROR_REASON_DENIED_CONSENT"
# By kind of data: the list's upload key type, and under which names the counts are told.
_KINDS: Final = {
    "user_data": ("CONTACT_INFO", "userData", "userIdentifierCount"),
    "mobile_data": ("MOBILE_ADVERTISING_ID", "mobileData", "mobileIdCount"),
    "user_id_data": ("CRM_ID", "userIdData", "userIdCount"),
}
_CLOSED: Final = ("pair_data", "ppid_data", "google_user_id_data", "partner_provided_id_data", "composite_data")
"""Kinds of data that are for data partners, and one, the last, that this sandbox does not take."""


@dataclass(slots=True)
class _Read:
    """What a request says of people: each as one text, with how many ids there were, and whether consent was denied."""

    kind: str = ""
    people: list[tuple[AudienceMember, str, int, bool]] = field(
        default_factory=list[tuple[AudienceMember, str, int, bool]]
    )


def ingest(world: World, asked: IngestMembers) -> str:
    """People come in; the request's id, empty where it was only looked at."""
    return _change(world, asked, "add")


def remove(world: World, asked: RemoveMembers) -> str:
    """People go; the request's id, empty where it was only looked at."""
    return _change(world, asked, "remove")


def remove_all(world: World, asked: RemoveAllMembers) -> str:
    """All go who were last added before a moment; the request's id, empty where it was only looked at."""
    to, now = targets(world, asked.destinations), world.clock()
    moment = read_time(asked.remove_as_of_time, "remove_as_of_time") if asked.remove_as_of_time else now
    if moment > now:
        raise violated("remove_as_of_time", "INVALID_REMOVE_AS_OF_TIME", "The time must not be in the future.")
    with world.memory.writing():
        lists = _lists(world, to)
        if asked.validate_only:
            return ""
        for one in lists:
            if asked.remove_as_of_time:
                drop_older(world, one, moment)
            else:
                empty(world, one)
        return keep(world, [Outcome(told(target.sent), ("removeAllAudienceMembersStatus",), {}) for target in to])


def _change(world: World, asked: RemoveMembers, verb: Verb) -> str:
    to = targets(world, asked.destinations)
    read = _read(asked, to)
    with world.memory.writing():
        lists = _lists(world, to, read.kind)
        if asked.validate_only:
            return ""
        return keep(world, [_carry_out(world, target, one, read, verb) for target, one in zip(to, lists, strict=True)])


def _read(asked: RemoveMembers, to: Sequence[Target]) -> _Read:
    members = asked.audience_members
    if not members:
        raise violated("audience_members", "REQUIRED_FIELD_MISSING", "Required field is missing.")
    if len(members) > MOST_MEMBERS:
        raise violated("audience_members", "TOO_MANY_AUDIENCE_MEMBERS", f"At most {MOST_MEMBERS} are allowed.")
    kinds = [_kind(one, element("audience_members", at)) for at, one in enumerate(members)]
    if len(set(kinds)) > 1:
        raise violated("audience_members", "MULTIPLE_DATA_TYPES_NOT_ALLOWED", "The members' data are of several types.")
    check_encoding(asked.encoding, asked.encryption_info, digests=kinds[0] == "user_data")
    violations = Violations()
    if isinstance(asked, IngestMembers) and kinds[0] != "user_id_data":
        _check_terms(asked, violations)
    read, reader = _Read(kinds[0]), Reader(asked.encoding, violations)
    for at, one in enumerate(members):
        where = element("audience_members", at)
        check_references(one.destination_references, to, where, violations)
        parts = _parts(one, where, reader)
        read.people.append((one, person(parts), len(parts), _is_denied(asked, one)))
    violations.check()
    return read


def _kind(one: AudienceMember, where: str) -> str:
    for name in _CLOSED:
        if getattr(one, name) is not None:
            raise violated(f"{where}.{name}", "NOT_ALLOWLISTED", "The account is not allowlisted for the feature.")
    found = [name for name in _KINDS if getattr(one, name) is not None]
    if len(found) != 1:
        raise violated(where, "INVALID_AUDIENCE_MEMBER", "A member has data of one type.")
    return found[0]


def _parts(one: AudienceMember, where: str, reader: Reader) -> list[Part]:
    if one.user_data is not None:
        return reader.parts(one.user_data, where)
    if one.user_id_data is not None:
        if not one.user_id_data.user_id:
            reader.violations.add(
                f"{where}.user_id_data.user_id", "REQUIRED_FIELD_MISSING", "Required field is missing."
            )
        return [(persons.USER_ID, one.user_id_data.user_id)]
    ids = () if one.mobile_data is None else one.mobile_data.mobile_ids
    at = f"{where}.mobile_data.mobile_ids"
    if not 1 <= len(ids) <= MOST_IDENTIFIERS:
        reason = "TOO_MANY_USER_IDENTIFIERS" if ids else "REQUIRED_FIELD_MISSING"
        reader.violations.add(at, reason, f"Between 1 and {MOST_IDENTIFIERS} ids are allowed.")
    elif not all(MOBILE_ID.fullmatch(text) for text in ids):
        reader.violations.add(at, "INVALID_MOBILE_ID_FORMAT", "Mobile ID format is not valid.")
    return [(persons.MOBILE, text) for text in ids]


def _check_terms(asked: IngestMembers, violations: Violations) -> None:
    if asked.terms_of_service.customer_match_terms_of_service_status not in ACCEPTED:
        where = "terms_of_service.customer_match_terms_of_service_status"
        violations.add(where, "TERMS_AND_CONDITIONS_NOT_SIGNED", "Required terms and conditions are not accepted.")


def _is_denied(asked: RemoveMembers, one: AudienceMember) -> bool:
    """Whether the use of somebody's data was denied: what is said of one counts before what is said of all."""
    if not isinstance(asked, IngestMembers):
        return False
    consent = asked.consent if one.consent is None else one.consent
    return consent.ad_user_data in DENIED or consent.ad_personalization in DENIED


def _lists(world: World, to: Sequence[Target], kind: str = "") -> Sequence[Audience]:
    """The customer lists that are named, for data of one kind or for whatever they take."""
    keys = {_KINDS[kind][0]} if kind else {key for key, _, _ in _KINDS.values()}
    violations, found = Violations(), [user_list(world, target.plan.id, target.id) for target in to]
    for target, one in zip(to, found, strict=True):
        where = f"{target.where}.product_destination_id"
        if one is None:
            violations.add(where, "INVALID_USER_LIST_ID", "User list is not valid.")
        elif one.details.get("upload_key_type") not in keys:
            text = "Type of the user list is not applicable for this request."
            violations.add(where, "INVALID_USER_LIST_TYPE", text)
    violations.check()
    return [one for one in found if one is not None]


def _carry_out(world: World, target: Target, one: Audience, read: _Read, verb: Verb) -> Outcome:
    sent = [entry for entry in read.people if goes_to(entry[0].destination_references, target)]
    denied = Counter(entry[3] for entry in sent)[True]
    taken = [text for _, text, _, is_denied in sent if not is_denied]
    if taken:
        change_members(world, one, verb, taken)
    _, name, count = _KINDS[read.kind]
    coming = verb == "add"
    what, step = ("Ingestion", "IngestionStatus") if coming else ("Removal", "RemovalStatus")
    return Outcome(
        destination=told(target.sent),
        path=(f"audienceMembers{what}Status", f"{name}{step}"),
        counts={"recordCount": len(sent), count: sum(number for _, _, number, _ in sent)},
        failed={_DENIED: denied} if denied else {},
        user_list=one.id if coming and read.kind == "user_data" else "",
    )
