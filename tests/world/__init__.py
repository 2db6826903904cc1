"""The loopback web at its worst: `catalogue.py` names what a web site can do to a visitor, each on a server of its own.

The well-behaved half of that web is `service/demo/`, because `signaal demo` needs it too.
"""
