"""The platforms: each folder beside this file is one, and nothing else names it."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from ..contract import PlatformSpec


def found() -> Mapping[str, PlatformSpec]:
    """What each folder here says of its platform, by name and sorted by it."""
    folders = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    specs: list[PlatformSpec] = [import_module(f".{folder}", __name__).SPEC for folder in folders]
    return {spec.name: spec for spec in specs}
