"""The write side: requests that change campaigns and budgets, all or nothing."""

from .endpoints import mutate_routes

__all__ = ["mutate_routes"]
