"""FAPI 2.0 Message Signing Final: the security profile's modules with JAR and JARM, and its own (conformance 10)."""

from fapi import modules, registry

modules.load()
globals().update(registry.tests("fapi2_ms"))
