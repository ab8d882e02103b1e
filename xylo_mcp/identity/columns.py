"""The names that columns of people's lists have, and what they hold."""

import unicodedata
from collections.abc import Mapping, Sequence

# Without blanks, hyphens and the like, in lower case.
_NAMES: Mapping[str, Sequence[str]] = {
    "email": ("email", "emailaddress", "mail", "em", "emailsha256", "hashedemail", "emailhash"),
    "phone": (
        *("phone", "phonenumber", "telephone", "telephonenumber", "tel", "ph", "mobile", "mobilephone", "mobilenumber"),
        *("cell", "cellphone", "phonesha256", "hashedphone", "hashedphonenumber", "phonehash"),
    ),
    "first_name": ("firstname", "fn", "givenname", "forename", "hashedfirstname"),
    "last_name": ("lastname", "ln", "surname", "familyname", "hashedlastname"),
    "city": ("city", "ct", "town"),
    "region": ("region", "state", "st", "province"),
    "postcode": ("postcode", "postalcode", "zip", "zipcode", "zp"),
    "country": ("country", "countrycode"),
    "external_id": ("externalid", "externid", "customerid", "userid", "crmid"),
    "mobile_id": (
        "mobileid",
        "mobileadid",
        "mobileadvertiserid",
        "advertisingid",
        "madid",
        "maid",
        "idfa",
        "gaid",
        "aaid",
    ),
    "birth_date": ("birthdate", "dateofbirth", "dob", "birthday"),
    "gender": ("gender", "gen", "sex"),
    "consent": ("consent", "adconsent", "adsconsent"),
}
_COLUMNS = {name: column for column, names in _NAMES.items() for name in names}

TAKEN = ", ".join(_NAMES)
"""The columns that are taken, by their first names, for people to read."""

_REMEMBERED = 1_000
_LONGEST = 100


class Columns:
    """Finds what columns hold, and counts the different names among them that hold nothing we take.

    Attributes:
        unknown: how many different ones were met; counting stops at a thousand.
    """

    def __init__(self) -> None:
        self.unknown = 0
        self._met: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The kind that is in the column, or `consent`, or "" where it is none of ours."""
        column = self._met.get(name)
        if column is None:
            column = column_of(name)
            if len(self._met) < _REMEMBERED:
                self._met[name] = column
                self.unknown += not column and bool(name.strip())
        return column


def column_of(name: str) -> str:
    """What a column of this name holds: a kind, or `consent`, or "" where it is none of ours."""
    plain = unicodedata.normalize("NFKC", name[:_LONGEST]).casefold()
    return _COLUMNS.get("".join(filter(str.isalnum, plain)), "")
