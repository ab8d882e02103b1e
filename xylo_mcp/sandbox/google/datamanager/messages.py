"""The messages of the Data Manager API.

Data Manager API docs, REST reference v1 (read Nov 2026); enums come by name or by number.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from ..shapes import Message

JsonObject: TypeAlias = dict[str, object]
AccountType: TypeAlias = Literal[
    "ACCOUNT_TYPE_UNSPECIFIED",
    "GOOGLE_ADS",
    "DISPLAY_VIDEO_PARTNER",
    "DISPLAY_VIDEO_ADVERTISER",
    "DATA_PARTNER",
    "GOOGLE_ANALYTICS_PROPERTY",
    "GOOGLE_AD_MANAGER_AUDIENCE_LINK",
    "FLOODLIGHT_CONFIG",
    "GOOGLE_AD_MANAGER",
]
EventSource: TypeAlias = Literal["EVENT_SOURCE_UNSPECIFIED", "WEB", "APP", "IN_STORE", "PHONE", "MESSAGE", "OTHER"]
Consented: TypeAlias = Literal["CONSENT_STATUS_UNSPECIFIED", "CONSENT_GRANTED", "CONSENT_DENIED", 0, 1, 2]
ACCEPTED: Final = frozenset({"ACCEPTED", 1})
DENIED: Final = frozenset({"CONSENT_DENIED", 2})
GRANTED: Final = frozenset({"CONSENT_GRANTED", 1})
GOOGLE_ADS: Final = frozenset({"GOOGLE_ADS", 1})
SOURCES: Final = {1: "WEB", 2: "APP", 3: "IN_STORE", 4: "PHONE", 5: "OTHER", 6: "MESSAGE"}


class ProductAccount(Message, frozen=True):
    """An account of one of Google's products."""

    account_id: str = ""
    account_type: AccountType | int = "ACCOUNT_TYPE_UNSPECIFIED"
    product: Literal["PRODUCT_UNSPECIFIED", "GOOGLE_ADS"] | int = "PRODUCT_UNSPECIFIED"


class Destination(Message, frozen=True):
    """What data goes to: a list or a conversion action of an account."""

    reference: str = ""
    login_account: ProductAccount | None = None
    linked_account: ProductAccount | None = None
    operating_account: ProductAccount | None = None
    product_destination_id: str = ""


class Consent(Message, frozen=True):
    """What a person agreed to."""

    ad_user_data: Consented = "CONSENT_STATUS_UNSPECIFIED"
    ad_personalization: Consented = "CONSENT_STATUS_UNSPECIFIED"

    @property
    def words(self) -> dict[str, str]:
        """What was said, in the older service's words."""
        told = {"ad_user_data": self.ad_user_data, "ad_personalization": self.ad_personalization}
        return {
            name: "GRANTED" if value in GRANTED else "DENIED"
            for name, value in told.items()
            if value in GRANTED | DENIED
        }


class Address(Message, frozen=True):
    """Names are digests, region and postal code are plain."""

    given_name: str = ""
    family_name: str = ""
    region_code: str = ""
    postal_code: str = ""
    address_line: str = ""
    city: str = ""
    administrative_area: str = ""


class UserIdentifier(Message, frozen=True):
    """One of its members is set."""

    email_address: str = ""
    phone_number: str = ""
    address: Address | None = None


class UserData(Message, frozen=True):
    """One person."""

    user_identifiers: Sequence[UserIdentifier] = ()


class MobileData(Message, frozen=True):
    """The devices of one person."""

    mobile_ids: Sequence[str] = ()


class UserIdData(Message, frozen=True):
    """One person by the advertiser's own id."""

    user_id: str = ""


class AudienceMember(Message, frozen=True):
    """One person, by one kind of data; those for data partners alone are plain objects here."""

    destination_references: Sequence[str] = ()
    user_data: UserData | None = None
    mobile_data: MobileData | None = None
    user_id_data: UserIdData | None = None
    composite_data: JsonObject | None = None
    pair_data: JsonObject | None = None
    ppid_data: JsonObject | None = None
    google_user_id_data: JsonObject | None = None
    partner_provided_id_data: JsonObject | None = None
    consent: Consent | None = None


class TermsOfService(Message, frozen=True):
    """What the caller accepts."""

    customer_match_terms_of_service_status: Literal[
        "TERMS_OF_SERVICE_STATUS_UNSPECIFIED", "ACCEPTED", "REJECTED", 0, 1, 2
    ] = "TERMS_OF_SERVICE_STATUS_UNSPECIFIED"


Encoding: TypeAlias = Literal["ENCODING_UNSPECIFIED", "HEX", "BASE64", 0, 1, 2]


class RemoveMembers(Message, frozen=True):
    """The body of `audienceMembers:remove`."""

    destinations: Sequence[Destination] = ()
    audience_members: Sequence[AudienceMember] = ()
    validate_only: bool = False
    encoding: Encoding = "ENCODING_UNSPECIFIED"
    encryption_info: JsonObject | None = None


class IngestMembers(RemoveMembers, frozen=True):
    """The body of `audienceMembers:ingest`."""

    consent: Consent = Consent()
    terms_of_service: TermsOfService = TermsOfService()


class RemoveAllMembers(Message, frozen=True):
    """The body of `audienceMembers:removeAll`."""

    destinations: Sequence[Destination] = ()
    remove_as_of_time: str = ""
    validate_only: bool = False


class AdIdentifiers(Message, frozen=True):
    """Ids of clicks; what tells devices and sessions is not kept."""

    session_attributes: str = ""
    gclid: str = ""
    gbraid: str = ""
    wbraid: str = ""
    landing_page_device_info: JsonObject | None = None
    mobile_device_id: str = ""
    dclid: str = ""
    impression_id: str = ""
    match_id: str = ""
    encrypted_user_ids: Sequence[JsonObject] = ()
    ppid: str = ""
    visitor_ppid: str = ""


class Event(Message, frozen=True):
    """One event; what is of no use to Google Ads is a plain object here."""

    destination_references: Sequence[str] = ()
    transaction_id: str = ""
    event_timestamp: str = ""
    last_updated_timestamp: str = ""
    user_data: UserData | None = None
    third_party_user_data: UserData | None = None
    consent: Consent | None = None
    ad_identifiers: AdIdentifiers = AdIdentifiers()
    currency: str = ""
    conversion_value: Decimal | None = None
    conversion_count: Decimal | None = None
    event_source: EventSource | int = "EVENT_SOURCE_UNSPECIFIED"
    event_device_info: JsonObject | None = None
    event_location: JsonObject | None = None
    cart_data: JsonObject | None = None
    custom_variables: Sequence[JsonObject] = ()
    experimental_fields: Sequence[JsonObject] = ()
    user_properties: JsonObject | None = None
    event_name: str = ""
    client_id: str = ""
    user_id: str = ""
    app_instance_id: str = ""
    additional_event_parameters: Sequence[JsonObject] = ()


class IngestEvents(Message, frozen=True):
    """The body of `events:ingest`."""

    destinations: Sequence[Destination] = ()
    events: Sequence[Event] = ()
    consent: Consent = Consent()
    validate_only: bool = False
    encoding: Encoding = "ENCODING_UNSPECIFIED"
    encryption_info: JsonObject | None = None
