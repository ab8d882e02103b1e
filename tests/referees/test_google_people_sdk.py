"""Google's own clients bring people and conversions into the Google sandbox, and the world holds exactly that."""

import hashlib
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.google.cast import conversion_action_id
from xylo_mcp.sandbox.people import Event
from xylo_mcp.sandbox.world import World

CUSTOMER, CLOSED = CAST.accounts[0].id, CAST.accounts[1].id
ACTION = conversion_action_id(CUSTOMER)
FORM = {"grant_type": "refresh_token"} | {name.lower(): value for name, value in CREDENTIALS.items()}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


ANN, BOB, TEL = digest("ann@example.com"), digest("bob@example.com"), digest("+48600100200")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def bridge() -> ModuleType:
    """The gRPC face, loaded once in a process: so are gRPC's roots, and the vendor's package takes its time."""
    if "google_bridge" in sys.modules:
        return sys.modules["google_bridge"]
    spec = importlib.util.spec_from_file_location("google_bridge", Path(__file__).with_name("google_bridge.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["google_bridge"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def world(clock: Clock) -> World:
    return World(11, date(2026, 11, 20), clock, (CAST,))


@pytest.fixture(scope="module")
def base_url(bridge: ModuleType, world: World) -> Iterator[str]:
    with bridge.served(server(world)) as url:
        yield url


@pytest.fixture
def token(base_url: str) -> str:
    with httpx2.Client(base_url=base_url) as http:
        return http.post("/token", data=FORM).json()["access_token"]


@pytest.fixture(scope="module")
def endpoint(bridge: ModuleType, base_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        bridge.bridged(base_url, tmp_path_factory.mktemp("google")) as (address, roots),
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", str(roots))
        yield address


@pytest.fixture
def client(endpoint: str, token: str) -> Any:
    """The official client of the Ads API, sent to the sandbox."""
    from google.ads.googleads.client import GoogleAdsClient
    from google.oauth2.credentials import Credentials

    credentials = Credentials(token)
    named = {"login_customer_id": "9998887776", "endpoint": endpoint, "use_proto_plus": True, "version": "v26"}
    return GoogleAdsClient(credentials=credentials, developer_token="unused", **named)


@pytest.fixture
def direct(client: Any) -> Any:
    """The same without the manager: the customer itself is invited."""
    client.login_customer_id = None
    return client


@pytest.fixture
def data_manager(base_url: str, token: str) -> Any:
    """The official client of the Data Manager API, with its REST transport."""
    from google.ads.datamanager_v1 import IngestionServiceClient
    from google.ads.datamanager_v1.services.ingestion_service.transports.rest import IngestionServiceRestTransport
    from google.oauth2.credentials import Credentials

    host = base_url.removeprefix("http://")
    transport = IngestionServiceRestTransport(host=host, url_scheme="http", credentials=Credentials(token))
    return IngestionServiceClient(transport=transport)


def new_list(client: Any, name: str) -> str:
    """The resource name of a new list for contact info, as Google's examples make it."""
    operation = client.get_type("UserListOperation")
    operation.create.name = name
    operation.create.membership_life_span = 30
    upload = client.enums.CustomerMatchUploadKeyTypeEnum.CONTACT_INFO
    operation.create.crm_based_user_list.upload_key_type = upload
    made = client.get_service("UserListService").mutate_user_lists(customer_id=CUSTOMER, operations=[operation])
    return made.results[0].resource_name


def new_job(client: Any, user_list: str) -> str:
    job = client.get_type("OfflineUserDataJob")
    job.type_ = client.enums.OfflineUserDataJobTypeEnum.CUSTOMER_MATCH_USER_LIST
    job.customer_match_user_list_metadata.user_list = user_list
    granted = client.enums.ConsentStatusEnum.GRANTED
    job.customer_match_user_list_metadata.consent.ad_user_data = granted
    job.customer_match_user_list_metadata.consent.ad_personalization = granted
    service = client.get_service("OfflineUserDataJobService")
    return service.create_offline_user_data_job(customer_id=CUSTOMER, job=job).resource_name


def person(client: Any, verb: str, *, email: str = "", phone: str = "") -> Any:
    operation = client.get_type("OfflineUserDataJobOperation")
    data = getattr(operation, verb)
    for name, value in (("hashed_email", email), ("hashed_phone_number", phone)):
        if value:
            identifier = client.get_type("UserIdentifier")
            setattr(identifier, name, value)
            data.user_identifiers.append(identifier)
    return operation


def members(world: World, list_name: str) -> list[tuple[str, int]]:
    found = world.people.audience("google", list_name.rpartition("/")[2])
    assert found is not None
    return list(world.people.members(found))


def refused(call: Callable[[], object]) -> list[str]:
    from google.ads.googleads.errors import GoogleAdsException

    with pytest.raises(GoogleAdsException) as caught:
        call()
    return [code_of(error) for error in caught.value.failure.errors]


def code_of(error: Any) -> str:
    category = type(error).pb(error).error_code.WhichOneof("error_code")
    return f"{category}.{getattr(error.error_code, category).name}"


def job_status(client: Any, job: str) -> str:
    query = (
        f"SELECT offline_user_data_job.status FROM offline_user_data_job"
        f" WHERE offline_user_data_job.resource_name = '{job}'"
    )
    (row,) = client.get_service("GoogleAdsService").search(customer_id=CUSTOMER, query=query)
    return row.offline_user_data_job.status.name


def test_the_official_client_fills_a_list_and_takes_somebody_out(direct: Any, world: World) -> None:
    service, name = direct.get_service("OfflineUserDataJobService"), new_list(direct, "Filled")
    job = new_job(direct, name)
    added = service.add_offline_user_data_job_operations(
        resource_name=job,
        operations=[person(direct, "create", email=ANN, phone=TEL), person(direct, "create", email=BOB)],
    )

    before = (members(world, name), job_status(direct, job))
    service.run_offline_user_data_job(resource_name=job)
    during = (members(world, name), job_status(direct, job))
    removal = new_job(direct, name)
    service.add_offline_user_data_job_operations(
        resource_name=removal, operations=[person(direct, "remove", email=BOB)]
    )
    service.run_offline_user_data_job(resource_name=removal)

    assert not added.partial_failure_error.code
    assert before == ([], "PENDING")
    both = sorted([(f"EMAIL={ANN}|PHONE={TEL}", 1), (f"EMAIL={BOB}", 1)])
    assert during == (both, "RUNNING")
    assert members(world, name) == [(f"EMAIL={ANN}|PHONE={TEL}", 1)]


def test_the_official_client_changes_and_removes_a_list(direct: Any, world: World) -> None:
    from google.api_core.protobuf_helpers import field_mask

    name = new_list(direct, "Renamed soon")
    service = direct.get_service("UserListService")
    change = direct.get_type("UserListOperation")
    change.update.resource_name, change.update.name = name, "Renamed"
    change.update.membership_status = direct.enums.UserListMembershipStatusEnum.CLOSED
    direct.copy_from(change.update_mask, field_mask(None, change.update._pb))
    removal = direct.get_type("UserListOperation")
    removal.remove = name

    service.mutate_user_lists(customer_id=CUSTOMER, operations=[change])
    changed = world.people.audience("google", name.rpartition("/")[2])
    service.mutate_user_lists(customer_id=CUSTOMER, operations=[removal])

    assert changed is not None
    assert (changed.name, changed.details["membership_status"]) == ("Renamed", "CLOSED")
    assert world.people.audience("google", name.rpartition("/")[2]) is None


def test_the_official_client_understands_which_operations_of_a_job_are_wrong(direct: Any) -> None:
    job = new_job(direct, new_list(direct, "Half wrong"))
    request = direct.get_type("AddOfflineUserDataJobOperationsRequest")
    request.resource_name, request.enable_partial_failure = job, True
    request.operations = [person(direct, "create", email="ann@example.com"), person(direct, "create", email=ANN)]

    answer = direct.get_service("OfflineUserDataJobService").add_offline_user_data_job_operations(request=request)

    (detail,) = answer.partial_failure_error.details
    failure = type(direct.get_type("GoogleAdsFailure")).deserialize(detail.value)
    (error,) = failure.errors
    place = [(one.field_name, one.index) for one in error.location.field_path_elements]
    assert code_of(error) == "offline_user_data_job_error.INVALID_SHA256_FORMAT"
    assert place == [("operations", 0), ("create", 0), ("user_identifiers", 0), ("hashed_email", 0)]


def conversion(client: Any, order: str, value: float = 99.5, time: str = "2026-11-20 12:30:00+01:00") -> Any:
    made = client.get_type("ClickConversion")
    made.gclid, made.order_id, made.conversion_date_time = "Cj0made-up", order, time
    made.conversion_action = f"customers/{CUSTOMER}/conversionActions/{ACTION}"
    made.conversion_value, made.currency_code = value, "USD"
    made.consent.ad_user_data = client.enums.ConsentStatusEnum.GRANTED
    return made


def test_the_official_client_uploads_conversions(direct: Any, world: World) -> None:
    request = direct.get_type("UploadClickConversionsRequest")
    request.customer_id, request.partial_failure, request.job_id = CUSTOMER, True, 77
    request.conversions = [conversion(direct, "o-1"), conversion(direct, "o-2", time="yesterday")]

    answer = direct.get_service("ConversionUploadService").upload_click_conversions(request=request)

    (detail,) = answer.partial_failure_error.details
    failure = type(direct.get_type("GoogleAdsFailure")).deserialize(detail.value)
    assert [code_of(error) for error in failure.errors] == ["date_error.INVALID_STRING_DATE_TIME_SECONDS_WITH_OFFSET"]
    assert [(one.gclid, one.conversion_date_time) for one in answer.results] == [
        ("Cj0made-up", "2026-11-20 12:30:00+01:00"),
        ("", ""),
    ]
    assert answer.job_id == 77
    assert [heard for heard in world.people.events("google", ACTION) if heard.id == "order o-1"] == [
        Event(
            platform="google",
            destination=ACTION,
            name="conversion",
            id="order o-1",
            at=datetime.fromisoformat("2026-11-20T12:30:00+01:00"),
            received=world.clock(),
            value="99.5",
            currency="USD",
            person={"gclid": "Cj0made-up"},
            details={"service": "uploadClickConversions", "ad_user_data": "GRANTED"},
        )
    ]


def test_the_official_client_is_sent_to_the_data_manager(client: Any) -> None:
    request = client.get_type("UploadClickConversionsRequest")
    request.customer_id, request.partial_failure = CLOSED, True
    request.conversions = [conversion(client, "o-9")]

    code = refused(lambda: client.get_service("ConversionUploadService").upload_click_conversions(request=request))

    assert code == ["not_allowlisted_error.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"]


def destination(identity: str) -> Any:
    from google.ads.datamanager_v1 import types

    kind = types.ProductAccount.AccountType.GOOGLE_ADS
    account = types.ProductAccount(account_type=kind, account_id=CUSTOMER)
    return types.Destination(operating_account=account, product_destination_id=identity, reference="main")


def member(*identifiers: dict[str, str]) -> Any:
    from google.ads.datamanager_v1 import types

    return types.AudienceMember(user_data=types.UserData(user_identifiers=list(identifiers)))


def told(client: Any, request_id: str) -> Any:
    (status,) = client.retrieve_request_status({"request_id": request_id}).request_status_per_destination
    return status


def test_the_data_managers_client_fills_a_list_and_takes_somebody_out(
    direct: Any, data_manager: Any, world: World, clock: Clock
) -> None:
    from google.ads.datamanager_v1 import types

    name = new_list(direct, "By the Data Manager")
    to, granted = destination(name.rpartition("/")[2]), types.ConsentStatus.CONSENT_GRANTED
    terms = types.TermsOfService(customer_match_terms_of_service_status=types.TermsOfServiceStatus.ACCEPTED)
    ingested = data_manager.ingest_audience_members(
        types.IngestAudienceMembersRequest(
            destinations=[to],
            audience_members=[member({"email_address": ANN}, {"phone_number": TEL}), member({"email_address": BOB})],
            consent=types.Consent(ad_user_data=granted, ad_personalization=granted),
            encoding=types.Encoding.HEX,
            terms_of_service=terms,
        )
    )
    filled, first = members(world, name), told(data_manager, ingested.request_id)
    clock.now += timedelta(minutes=30)
    removed = data_manager.remove_audience_members(
        types.RemoveAudienceMembersRequest(
            destinations=[to], audience_members=[member({"email_address": BOB})], encoding=types.Encoding.HEX
        )
    )

    then = told(data_manager, ingested.request_id)
    ingestion = then.audience_members_ingestion_status.user_data_ingestion_status
    statuses = types.RequestStatusPerDestination.RequestStatus
    assert filled == sorted([(f"EMAIL={ANN}|PHONE={TEL}", 1), (f"EMAIL={BOB}", 1)])
    assert (first.request_status, then.request_status) == (statuses.PROCESSING, statuses.SUCCESS)
    assert (ingestion.record_count, ingestion.user_identifier_count) == (2, 3)
    assert ingestion.upload_match_rate_range == types.MatchRateRange.MATCH_RATE_RANGE_NOT_ELIGIBLE
    assert then.destination == to
    assert told(data_manager, removed.request_id).request_status == statuses.PROCESSING
    assert members(world, name) == [(f"EMAIL={ANN}|PHONE={TEL}", 1)]


def test_the_data_managers_client_sends_events_and_reads_what_became_of_them(
    data_manager: Any, world: World, clock: Clock
) -> None:
    from google.ads.datamanager_v1 import types

    def sent(transaction: str) -> Any:
        return types.Event(
            transaction_id=transaction,
            event_timestamp=clock.now - timedelta(hours=1),
            ad_identifiers=types.AdIdentifiers(gclid="Cj0made-up"),
            currency="USD",
            conversion_value=12.25,
            event_source=types.EventSource.WEB,
            user_data=types.UserData(user_identifiers=[{"email_address": ANN}]),
        )

    answer = data_manager.ingest_events(
        types.IngestEventsRequest(
            destinations=[destination(ACTION)],
            events=[sent("t-1"), sent("t-1"), sent("t-2")],
            encoding=types.Encoding.HEX,
        )
    )
    heard = [one for one in world.people.events("google", ACTION) if one.id.startswith("order t-")]
    received = clock.now
    clock.now += timedelta(minutes=30)

    status = told(data_manager, answer.request_id)
    reason = types.ProcessingErrorReason.PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID
    assert [(one.id, one.counted) for one in heard] == [("order t-1", True), ("order t-1", False), ("order t-2", True)]
    assert heard[0] == Event(
        platform="google",
        destination=ACTION,
        name="conversion",
        id="order t-1",
        at=received - timedelta(hours=1),
        received=received,
        value="12.25",
        currency="USD",
        person={"gclid": "Cj0made-up", "EMAIL": ANN},
        details={"service": "events:ingest", "event_source": "WEB"},
    )
    assert status.request_status == types.RequestStatusPerDestination.RequestStatus.PARTIAL_SUCCESS
    assert [(one.record_count, one.reason) for one in status.error_info.error_counts] == [(1, reason)]
    assert status.events_ingestion_status.record_count == 3


def test_the_data_managers_client_understands_what_is_wrong(direct: Any, data_manager: Any) -> None:
    from google.ads.datamanager_v1 import types
    from google.api_core.exceptions import BadRequest

    name = new_list(direct, "Refused")
    terms = types.TermsOfService(customer_match_terms_of_service_status=types.TermsOfServiceStatus.ACCEPTED)
    request = types.IngestAudienceMembersRequest(
        destinations=[destination(name.rpartition("/")[2])],
        audience_members=[member({"email_address": "ann@example.com"})],
        encoding=types.Encoding.HEX,
        terms_of_service=terms,
    )

    with pytest.raises(BadRequest) as caught:
        data_manager.ingest_audience_members(request)

    assert caught.value.reason == "INVALID_ARGUMENT"
    assert caught.value.domain == "datamanager.googleapis.com"
    found = [field for detail in caught.value.details for field in detail.get("fieldViolations", ())]
    assert [(one["field"], one["reason"]) for one in found] == [
        ("audience_members.audience_members[0].user_data.user_identifiers", "INVALID_HEX_ENCODING")
    ]


def test_every_code_is_googles_own() -> None:
    from google.ads.datamanager_v1 import types
    from google.ads.googleads.v26.errors.types.errors import ErrorCode

    categories = ErrorCode.pb(ErrorCode()).DESCRIPTOR.fields_by_camelcase_name
    folder = Path(importlib.util.find_spec("xylo_mcp.sandbox.google").origin).parent
    ads = "\n".join(file.read_text() for name in ("people", "conversions") for file in (folder / name).glob("*.py"))
    names = {"_LIST": "userListError", "_JOB": "offlineUserDataJobError", "_UPLOAD": "conversionUploadError"}
    pairs = re.findall(r'"([a-z][A-Za-z]+Error)",\s*"([A-Z_]+)"', ads)
    pairs += [(names[name], code) for name, code in re.findall(r'(_LIST|_JOB|_UPLOAD), "([A-Z0-9_]+)"', ads)]
    codes = {code for field in categories.values() for code in field.enum_type.values_by_name}
    manager = "\n".join(file.read_text() for file in (folder / "datamanager").glob("*.py"))
    reasons = re.findall(r'(?:violated|add)\(\s*[^,()]+, "([A-Z0-9_]+)"', manager) + re.findall(
        r'reason = "([A-Z0-9_]+)"', manager
    )

    assert len(pairs) > 40
    assert [pair for pair in pairs if pair[1] not in categories[pair[0]].enum_type.values_by_name] == []
    assert set(re.findall(r'code(?:, message)? = "([A-Z_]+)"', ads)) - codes == set()
    assert len(reasons) > 30
    assert set(reasons) - set(types.ErrorReason.__members__) == {
        "ACCESS_TOKEN_EXPIRED"
    }  # of all of Google's interfaces


def test_the_numbers_of_the_data_managers_enums_are_googles_own() -> None:
    from google.ads.datamanager_v1 import types

    from xylo_mcp.sandbox.google.datamanager import statuses

    enums = (
        types.RequestStatusPerDestination.RequestStatus,
        types.MatchRateRange,
        types.ProcessingErrorReason,
        types.ProductAccount.AccountType,
    )
    theirs = {name: int(number) for enum in enums for name, number in enum.__members__.items()}
    ours = statuses._NUMBERS
    assert {name: theirs[name] for name in ours} == ours
