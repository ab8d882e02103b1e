"""What we ask of a platform: the whole idea of one."""

from .connections import PACE, Clock, Connection, Jobs, JobsOfOneProcess, Setting
from .people import AudienceRules, ConversionRules, FoundAudiences, Portion, TakesPeople
from .platforms import AdPlatform, AdReader, Found, Receipt
from .specs import PlatformSpec

__all__ = [
    "PACE",
    "AdPlatform",
    "AdReader",
    "AudienceRules",
    "Clock",
    "Connection",
    "ConversionRules",
    "Found",
    "FoundAudiences",
    "Jobs",
    "JobsOfOneProcess",
    "PlatformSpec",
    "Portion",
    "Receipt",
    "Setting",
    "TakesPeople",
]
