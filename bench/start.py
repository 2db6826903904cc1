"""Where the start of the crawl process goes: the import time of each package, in a fresh interpreter.

`python -m bench.start [--rounds 5]`. The lowest of so many rounds per package. What only Scrapy brings along is counted
apart: it is what a request path without Scrapy would save at every crawl.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter, defaultdict

BROUGHT_BY_SCRAPY = frozenset({
    "scrapy", "twisted", "zope", "OpenSSL", "cryptography", "service_identity", "constantly", "incremental",
    "hyperlink", "automat", "parsel", "cssselect", "jmespath", "lxml", "itemadapter", "itemloaders", "queuelib",
    "pydispatch", "tldextract", "defusedxml", "pyasn1", "pyasn1_modules",
})  # fmt: skip
OURS = frozenset({"crawler", "store"})


def imported() -> Counter[str]:
    """Milliseconds per package, of `import crawler.child`."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import crawler.child"], capture_output=True, text=True, check=True
    )
    spent = Counter[str]()
    for line in done.stderr.splitlines():
        head, _, rest = line.partition("import time:")
        if head or "|" not in rest or "imported package" in rest:
            continue
        own, _, name = (part.strip() for part in rest.split("|"))
        package = name.split(".")[0]
        spent[name if package in OURS else package] += int(own) / 1000
    return spent


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    rounds = [imported() for _ in range(arguments.parse_args().rounds)]
    lowest = defaultdict[str, float](float)
    for name in rounds[0]:
        lowest[name] = min(found[name] for found in rounds)
    scrapy = sum(spent for name, spent in lowest.items() if name in BROUGHT_BY_SCRAPY)
    print(
        f"import crawler.child: {sum(lowest.values()):.0f} ms, of which Scrapy and what only it brings {scrapy:.0f} ms"
    )
    for name, spent in sorted(lowest.items(), key=lambda found: -found[1])[:20]:
        print(f"{spent:8.0f} ms  {name}{'  (by Scrapy)' if name in BROUGHT_BY_SCRAPY else ''}")


if __name__ == "__main__":
    main()
