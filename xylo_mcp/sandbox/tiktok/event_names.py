"""The names and currencies of events (TikTok API for Business docs, v1.3, "Supported events")."""

from typing import Final

STANDARD: Final = frozenset(
    {
        "AddPaymentInfo",
        "AddToCart",
        "AddToWishlist",
        "ApplicationApproval",
        "CompleteRegistration",
        "Contact",
        "CustomizeProduct",
        "Download",
        "FindLocation",
        "InitiateCheckout",
        "Lead",
        "Purchase",
        "Schedule",
        "Search",
        "StartTrial",
        "SubmitApplication",
        "Subscribe",
        "ViewContent",
        # What some of these were called before, and may still be.
        "ClickButton",
        "CompletePayment",
        "PlaceAnOrder",
        "SubmitForm",
    }
)
"""Those of a website, an offline event set and a CRM. Letter case matters."""

_CURRENCIES = (
    "AED ARS AUD BDT BHD BIF BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DZD EGP EUR GBP GTQ HKD HNL HUF IDR ILS INR ISK"
    " JPY KES KHR KRW KWD KZT MAD MOP MXN MYR NGN NIO NOK NZD OMR PEN PHP PKR PLN PYG QAR RON RUB SAR SEK SGD THB TRY"
    " TWD UAH USD VES VND ZAR"
)
CURRENCIES: Final = frozenset(_CURRENCIES.split())
"""The currencies of an event's value, as TikTok's own SDK v1.1.3 lists them."""
