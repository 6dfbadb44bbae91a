"""A relying party that checks everything: the parts that the conformance modules are written with.

    server.py         the executable under test, over https, with a seeded tenant
    provider.py       its metadata and keys
    registration.py   clients, by the command line (static) or by its registration endpoint (dynamic)
    client.py         how a client proves itself
    browser.py        a browser without JavaScript
    chromium.py       a round in a browser with JavaScript, where a rule needs one
    flow.py           one module's conversation: authorization, tokens, userinfo
    responses.py, tokens.py, claims.py, metadata.py, checks.py, tls.py     the rules
    listener.py       the client's own https server
    variants.py       which module runs in which plan and variant
"""
