"""Custom audiences of Meta's sandbox: what they are made from, who is in them, and what becomes of them."""
