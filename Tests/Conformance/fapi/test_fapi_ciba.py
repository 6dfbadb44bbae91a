"""FAPI-CIBA ID1, poll and ping (conformance 11)."""

from fapi import modules, registry

modules.load()
globals().update(registry.tests("fapi_ciba"))
