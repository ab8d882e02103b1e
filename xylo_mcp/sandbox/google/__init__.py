"""A Google Ads REST server in small: campaigns and their budgets in v26, strict as the real one."""

from .api import server
from .cast import CAST, CREDENTIALS

__all__ = ["CAST", "CREDENTIALS", "server"]
