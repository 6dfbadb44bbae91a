"""FAPI 1.0 Advanced Final (conformance 11a)."""

from fapi import modules, registry

modules.load()
globals().update(registry.tests("fapi1"))
