"""What the platforms in very small were told, in sums that do not care for the order; and which accounts they have."""

import msgspec

META, CUSTOMER, TIKTOK = "1000", "1234567890", "7000000000000000010"
ACCOUNTS = (f"act_{META}", f"customers/{CUSTOMER}", f"tiktok_{TIKTOK}")


class Sums(msgspec.Struct):
    """How many rows came in how many requests, and the sum of the first 64 bits of all digests."""

    requests: int = 0
    rows: int = 0
    emails: int = 0
    phones: int = 0

    def add(self, email: str, phone: str) -> None:
        """One person more; empty: it came without."""
        self.emails = (self.emails + int(email[:16] or "0", 16)) % 2**63
        self.phones = (self.phones + int(phone[:16] or "0", 16)) % 2**63
