"""The FAPI part of the conformance harness: FAPI 2 (security profile, message signing), FAPI-CIBA, FAPI 1 Advanced.

    modules/          what each module of the suite does, written once and run by every plan that has it
    registry.py       makes one test of each module, plan and variant; test_*.py are the plans
    plans.py          the variants, and the clients that each of them is seeded with
    world.py          the running server, the demo API, the inbox
    party.py          one module's run: two clients and a browser
    client.py         how a client proves itself and its key
    flow.py, ciba.py  one authorization, in the browser and on the back channel
    verdicts.py       what makes an answer right
    jws.py, assertions.py, dpop.py, mtls.py     what clients sign and show, rightly and wrongly
    registration.py   clients that register themselves
    resource.py       the demo API
"""
