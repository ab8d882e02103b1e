"""The Data Manager API: members of audiences and events, for whoever came too late for the older services.

In reality it has a host of its own, `datamanager.googleapis.com`; here its paths stand beside those of the Ads API.
"""

from .endpoints import data_manager_routes

__all__ = ["data_manager_routes"]
