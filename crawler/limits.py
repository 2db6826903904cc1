"""What the crawler will take from a stranger. The numbers are decided in one place, and tests read them here."""

from __future__ import annotations

CONNECT_SECONDS = 5
TOTAL_SECONDS = 30
"""From the first packet to the last byte of the body, redirects counted apart."""
SLOW_AFTER_SECONDS = 10
SLOW_BYTES_PER_SECOND = 1024
"""After ten seconds a server must have sent on average this much, or it only holds us up."""

RAW_BYTES = 5 * 1024 * 1024
UNPACKED_BYTES = 20 * 1024 * 1024
UNPACKED_RATIO = 20
RATIO_FROM_BYTES = 1024 * 1024

REDIRECTS = 5
HOST_DELAY_SECONDS = 2.0
CRAWL_DELAY_CEILING_SECONDS = 600.0
RETRY_AFTER_CEILING_SECONDS = 24 * 3600

ENTRIES = 500
NESTING = 200
CALENDAR_LETTERS = 3_000_000
"""How much of a calendar is read: some six thousand events."""
HORIZON_DAYS = 183
"""How far ahead an event that repeats is followed: half a year of a weekly meeting is 26 proposals to an editor."""
REPETITIONS = 400
"""Of one event: one a day for a year, and some."""
FEED_BYTES = 5 * 1024 * 1024
"""Of a longer feed the first part is read."""
ATTRIBUTES = 1000
"""In one tag."""
NAMESPACES = 100
BASE_LENGTH = 1000
"""Of the address that `xml:base` makes, in characters: it is resolved anew at every tag."""
ENTITY_GROWTH = 100_000
"""How many characters the entities may add that a document defines, all together."""
TAGS = 50_000
"""How much markup of a feed is read: about a second of work. A feed with 500 long entries has some 10,000 tags."""
SOUP_WORK = 150_000
"""The same for a feed that is not well formed, counted in references such as `&amp;`; a tag counts for five."""
SOUP_MISTAKES = 20_000_000
"""Tags with an open quote, times the characters of the document: each may make the parser read all the rest."""
SOUP_TAG = 50_000
"""Characters of one tag, its quoted values not counted: that parser keeps a note of each."""
JSON_MARKS = 400_000
"""Brackets, commas and colons in a JSON document: each may become an object in memory."""

ROBOTS_BYTES = 500 * 1024
"""RFC 9309 section 2.5: read at least 500 kibibytes."""
ROBOTS_FRESH_SECONDS = 24 * 3600
"""RFC 9309 section 2.4."""
ROBOTS_STALE_SECONDS = 30 * 24 * 3600

RIGHTS_BYTES = 64 * 1024
"""Of tdmrep.json and ai.txt."""
RIGHTS_FRESH_SECONDS = 24 * 3600

LEASE_SECONDS = 15
RENEW_SECONDS = 5

PARSE_SECONDS = 10
"""How long a parser process may take over one document; then the kernel ends it."""
PARSE_BYTES = 256 * 1024 * 1024
"""How much memory a parser process may take for its data. The largest honest documents need a third of it."""

LEADS = 20
"""How many addresses behind a document one visit follows; the rest is for the next."""
PAGES = 10
"""How many pages of single items are read after one visit to their source."""
PAGES_AT_ONCE = 8
"""How many such pages are read side by side, each at another host."""
