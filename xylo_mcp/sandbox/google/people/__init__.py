"""Audiences: user lists, and the jobs that bring people into them or take them out."""

from .job_endpoints import job_routes
from .list_endpoints import list_routes

__all__ = ["job_routes", "list_routes"]
