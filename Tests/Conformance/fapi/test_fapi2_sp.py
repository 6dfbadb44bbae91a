"""FAPI 2.0 Security Profile Final, by code and by client credentials (conformance 9)."""

from fapi import modules, registry

modules.load()
globals().update(registry.tests("fapi2_sp"))
globals().update(registry.tests("fapi2_cc"))
