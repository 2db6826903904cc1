"""A web of made-up Dutch sources on loopback, for `signaal demo` and for the tests.

`server.py` is one web server on one port; `feeds.py` writes the dialects; `content.py` reads our own made-up
news from `texts/` and lays it on the calendar; `world.py` puts one server up per source; `run.py` is the demo.

Every source has a port of its own instead of an address of its own: a host is a name and a port, and not every
system answers on 127.0.0.2. Nothing here is about a real person, a real case or a real organisation.
"""
