"""How the crawl and its parser processes tell where one message ends: both sides agree here, and share nothing else."""

from __future__ import annotations

import struct

READY = b"\x01"
"""A parser's first word."""
ASK = struct.Struct("!I")
"""Before a task: its length."""
ANSWER = struct.Struct("!I??")
"""Before an answer: its length, whether it is the text of a fault of ours, and whether this parser ends now."""
