"""Crawl processes that differ from `crawler.child` in one thing, started in its place by `bench/sides/signaal.py`."""
