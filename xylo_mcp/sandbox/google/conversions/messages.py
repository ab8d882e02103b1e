"""The messages of `uploadClickConversions`.

Google Ads API docs, "ConversionUploadService" (v26, read Nov 2026).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

from ..people.identifiers import Consent, UserIdentifier
from ..shapes import Message

JsonObject: TypeAlias = dict[str, object]


class CustomVariable(Message, frozen=True):
    """Something more about a conversion, of a kind that the account defined."""

    conversion_custom_variable: str = ""
    value: str = ""


class ClickConversion(Message, frozen=True):
    """One conversion."""

    gclid: str = ""
    gbraid: str = ""
    wbraid: str = ""
    conversion_action: str = ""
    conversion_date_time: str = ""
    conversion_value: Decimal | None = None
    currency_code: str = ""
    order_id: str = ""
    external_attribution_data: JsonObject | None = None
    custom_variables: Sequence[CustomVariable] = ()
    cart_data: JsonObject | None = None
    user_identifiers: Sequence[UserIdentifier] = ()
    conversion_environment: Literal["UNSPECIFIED", "APP", "WEB"] = "UNSPECIFIED"
    consent: Consent = Consent()
    customer_type: Literal["UNSPECIFIED", "NEW", "RETURNING"] = "UNSPECIFIED"
    user_ip_address: str = ""
    session_attributes_encoded: str = ""
    session_attributes_key_value_pairs: JsonObject | None = None

    @property
    def click(self) -> str:
        """The id of the click, of whatever kind; empty without one."""
        return self.gclid or self.gbraid or self.wbraid


class UploadClickConversions(Message, frozen=True):
    """The body of `uploadClickConversions`."""

    conversions: Sequence[ClickConversion] = ()
    partial_failure: bool = False
    validate_only: bool = False
    job_id: int | str | None = None
