"""Conversions that happened elsewhere: the account's conversion action, and what is uploaded to it."""

from .endpoints import conversion_routes

__all__ = ["conversion_routes"]
