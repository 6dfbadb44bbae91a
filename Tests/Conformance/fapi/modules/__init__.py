"""The bodies of the modules, by what they are about. A body is written once and run by every plan that has it."""

import importlib

NAMES = (
    "discovery", "flows", "requests", "claims", "binding", "authentication", "tokens", "objects", "backchannel",
    "backchannel_objects",
)


def load() -> None:
    """Registers every module."""
    for name in NAMES:
        importlib.import_module(f"{__name__}.{name}")
