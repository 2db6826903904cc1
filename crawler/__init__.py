"""How the world gets in: fetching, reading and offering what sources tell.

The public face is `run_due` and `try_source`, with the values they give back. Neither this package's front nor
anything it imports knows scrapy or feedparser: a crawl is a child process of its own.
"""

from __future__ import annotations

from crawler.lines import CrawlDone, TriedEntry, TriedSource, VisitLine
from crawler.run import CrawlFailedError, run_due, try_source

__all__ = ["CrawlDone", "CrawlFailedError", "TriedEntry", "TriedSource", "VisitLine", "run_due", "try_source"]
