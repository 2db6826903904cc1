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
CRAWL_DELAY_CEILING_SECONDS = 60.0
RETRY_AFTER_CEILING_SECONDS = 24 * 3600

ENTRIES = 500
NESTING = 200

ROBOTS_BYTES = 500 * 1024
"""RFC 9309 section 2.5: read at least 500 kibibytes."""
ROBOTS_FRESH_SECONDS = 24 * 3600
"""RFC 9309 section 2.4."""
ROBOTS_STALE_SECONDS = 30 * 24 * 3600

LEASE_SECONDS = 15
RENEW_SECONDS = 5
