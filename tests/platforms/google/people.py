"""A Google that takes people as a test says, and remembers what it was sent."""

from collections.abc import Callable, Sequence

import httpx2
import msgspec

from xylo_mcp.ads.accounts import Account
from xylo_mcp.contract import Connection

ID = "customers/5000000002"
ACCOUNT = Account(ID, "google", "Kranich Räder", "EUR", "Europe/Berlin", "active", "ENABLED", "7000000001")
DIRECT = Account(ID, "google", "Kranich Räder", "EUR", "Europe/Berlin", "active", "ENABLED")
FAILURE = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
ANNA, BEN = "a" * 64, "b" * 64
NAMES = ("c" * 64, "d" * 64)

Connect = Callable[..., Connection]
Asked = tuple[str, object]


class Google:
    """Answers requests in turn; the token is always there, and who takes conversions: `owner`, empty for nobody."""

    def __init__(self, *answers: httpx2.Response, owner: str = ID) -> None:
        self.answers, self.owner = list(answers), owner
        self.sent: list[httpx2.Request] = []
        self.looks = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            return httpx2.Response(200, json={"access_token": "ya29.made-up", "expires_in": 3599})
        if b"google_ads_conversion_customer FROM customer" in request.content:
            self.looks += 1
            setting = {"googleAdsConversionCustomer": self.owner} if self.owner else {}
            customer = {"resourceName": ID, **({"conversionTrackingSetting": setting} if setting else {})}
            return says(results=[{"customer": customer}], fieldMask="customer")
        self.sent.append(request)
        return self.answers.pop(0)

    @property
    def asked(self) -> Sequence[Asked]:
        """Where each request went, and its body."""
        return [(f"{one.url.host}{one.url.path}", msgspec.json.decode(one.content)) for one in self.sent]

    def events(self, place: int) -> Sequence[dict[str, object]]:
        """The events or conversions of one request."""
        body = msgspec.json.decode(self.sent[place].content, type=_Events)
        return body.events or body.conversions


class _Events(msgspec.Struct):
    events: list[dict[str, object]] = []
    conversions: list[dict[str, object]] = []


def says(**fields: object) -> httpx2.Response:
    return httpx2.Response(200, json=fields)


def refuses(category: str, value: str, status: int = 400) -> httpx2.Response:
    """A refusal by the Google Ads API, whose words quote what it was sent."""
    errors = [{"errorCode": {category: value}, "message": f"Odd: {ANNA}", "trigger": {"stringValue": ANNA}}]
    detail = {"@type": FAILURE, "errors": errors, "requestId": "Rq-1"}
    return httpx2.Response(
        status, json={"error": {"code": status, "message": ANNA, "status": "INVALID_ARGUMENT", "details": [detail]}}
    )


def not_allowlisted() -> httpx2.Response:
    return refuses("notAllowlistedError", "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE", 403)


def violates(*violations: tuple[str, str]) -> httpx2.Response:
    """A refusal by the Data Manager API (its docs, "Understand API errors", 2026); its words quote what it was sent."""
    details = [
        {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "INVALID_ARGUMENT", "domain": "dm.example"},
        {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": "t-1"},
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [
                {"field": field, "description": f"Odd: {ANNA}", "reason": reason} for field, reason in violations
            ],
        },
    ]
    error = {"code": 400, "message": ANNA, "status": "INVALID_ARGUMENT", "details": details}
    return httpx2.Response(400, json={"error": error})
