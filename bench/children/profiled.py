"""The crawl process under cProfile, each of its threads by its own CPU time; written to the file SIGNAAL_BENCH_PROFILE.

Parser processes are not in it. `python -m bench.costs` prints what comes out.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import sys
import threading
import time
from types import FrameType
from typing import Any

_profiles: list[cProfile.Profile] = []


def _profile_here() -> cProfile.Profile:
    profile = cProfile.Profile(time.thread_time)
    _profiles.append(profile)
    profile.enable()
    return profile


def _first_event(_frame: FrameType, _event: str, _arg: Any) -> None:
    # Called once in every new thread: enabling a profile of its own takes the place of this function.
    _profile_here()


class _SoFar:
    """What `pstats` reads of a thread that still waits for work: what it did so far, without ending it."""

    def __init__(self, profile: cProfile.Profile) -> None:
        profile.snapshot_stats()
        self.stats: Any = vars(profile)["stats"]

    def create_stats(self) -> None:
        """Nothing: it stands there already."""


def main() -> int:
    threading.setprofile(_first_event)
    mine = _profile_here()
    from crawler import child

    code = child.main()
    mine.disable()
    found = [_SoFar(profile) for profile in _profiles]
    merged = pstats.Stats(found[0])  # type: ignore[arg-type]
    for other in found[1:]:
        if other.stats:
            merged.add(pstats.Stats(other))  # type: ignore[arg-type]
    merged.dump_stats(os.environ["SIGNAAL_BENCH_PROFILE"])
    return code


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
