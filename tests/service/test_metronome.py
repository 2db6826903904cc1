"""One metronome acts, whatever happens to the others, to the clock, and to its own jobs."""

import contextlib
import os
import signal
import threading
import time

import pytest
from sqlmodel import select

from service import metronome
from service.app import create_running, utc_now
from service.metronome import Metronome
from store.database import open_store
from store.leader import try_to_lead
from store.tables import Item, Notice, Source
from tests.parts import processes, sqlite
from tests.parts.config import settings_in, write_config
from tests.parts.readers import add_event, decide, subscribe

SOON = 10.0


def wait_for(ready, what, seconds=SOON):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.02)
    pytest.fail(f"waited {seconds} s in vain for {what}")


@pytest.fixture
def running(tmp_path, sqlite_template):
    """One database is enough for what does not depend on it."""
    url = sqlite.fresh_copy(sqlite_template, tmp_path)
    store = open_store(url)
    yield create_running(settings_in(tmp_path, store={"url": url}), store)
    store.close()


@pytest.fixture
def beating(running):
    """Make metronomes of a process with beats of one's own; all are stopped at the end."""
    made = []

    def start(beats, wall=time.time):
        made.append(Metronome(running, beats, wall=wall))
        made[-1].start()
        return made[-1]

    yield start
    for each in made:
        each.stop()


@pytest.fixture
def children(tmp_path, store_url):
    """Start processes with a metronome each on the database of the test."""
    started = []

    def start(name):
        folder = tmp_path / name
        folder.mkdir()
        config = write_config(folder, store={"url": store_url}, server={"secret_file": str(tmp_path / "secret")})
        child = processes.start(["-m", "tests.service.metronome_alone", str(config)], folder / "log")
        started.append(child)
        return child

    yield start
    for child in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGCONT)
        child.kill()


def acts(child):
    return "\nacting\n" in "\n" + child.output


def test_only_one_of_two_can_lead_and_the_other_one_after_it(store):
    first = try_to_lead(store)
    assert first is not None
    assert first.holds()
    assert try_to_lead(store) is None
    first.release()
    second = try_to_lead(store)
    assert second is not None
    second.release()


def test_a_second_process_stays_out_and_takes_over_within_seconds_of_a_kill(children):
    """INV-12: real processes, a real SIGKILL."""
    first = children("first")
    first.wait_until(lambda: acts(first), "the first one acted")
    second = children("second")
    second.wait_until(lambda: "standing by" in second.output, "the second one stood by")
    time.sleep(2.5)
    assert not acts(second), "two metronomes act at once"
    first.kill()
    began = time.monotonic()
    second.wait_until(lambda: acts(second), "the second one took over", seconds=SOON)
    assert time.monotonic() - began < 5


def test_a_process_that_hangs_keeps_its_lock_so_that_two_never_act(children):
    """A stopped process may wake up at any moment; the leases of its rows end, its lock does not."""
    first = children("first")
    first.wait_until(lambda: acts(first), "the first one acted")
    os.kill(first.pid, signal.SIGSTOP)
    second = children("second")
    second.wait_until(lambda: "standing by" in second.output, "the second one stood by")
    time.sleep(2.5)
    assert not acts(second)
    os.kill(first.pid, signal.SIGCONT)


def test_a_cut_link_to_the_database_ends_the_lead_and_the_next_second_takes_it_again(tmp_path, cluster):
    """INV-12: whoever cannot know that it leads does not act."""
    url = cluster.fresh_database()
    store = open_store(url)
    ticking = Metronome(create_running(settings_in(tmp_path, store={"url": url}), store), {}, wall=time.time)
    ticking.start()
    try:
        wait_for(lambda: ticking.acting, "it to act")
        before = ticking._lead
        name = url.rpartition("/")[2]
        cluster.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        wait_for(lambda: ticking._lead not in {before, None} and ticking.acting, "it to lead anew")
        assert not before.holds()
    finally:
        ticking.stop()
        store.close()
        cluster.drop(url)


def test_a_beat_may_wait_a_while_for_its_first_time(beating):
    began, beats = time.monotonic(), []
    beating({"deliver": (600, lambda: beats.append("deliver")), "watch": (600, lambda: beats.append("watch"), 1.0)})
    wait_for(lambda: "watch" in beats, "the late beat")
    assert beats == ["deliver", "watch"]
    assert time.monotonic() - began >= 1.0


def test_stopping_lets_another_one_act_at_once(beating):
    first = beating({})
    wait_for(lambda: first.acting, "the first one to act")
    second = beating({})
    time.sleep(1.2)
    assert not second.acting
    first.stop()
    wait_for(lambda: second.acting, "the second one to act", 3)


def test_a_job_that_fails_is_logged_once_without_its_words_and_the_next_beat_comes(beating, caplog):
    beats = []

    def failing():
        beats.append(1)
        raise ValueError("lezer@lezer.example")

    with caplog.at_level("INFO", "signaal"):
        beating({"deliver": (0.1, failing)})
        wait_for(lambda: len(beats) >= 4, "four beats")
    said = [record.getMessage() for record in caplog.records if record.name == "signaal"]
    assert sum("deliver failed: ValueError" in line for line in said) == 1
    assert "lezer" not in " ".join(said)


def test_a_job_that_takes_long_never_runs_twice_at_once(beating):
    inside, most, done = [], [], threading.Event()

    def slow():
        inside.append(1)
        most.append(len(inside))
        done.wait(0.5)
        inside.pop()

    beating({"crawl": (0.1, slow)})
    wait_for(lambda: len(most) >= 3, "three runs")
    assert max(most) == 1


def test_one_slow_job_does_not_hold_up_the_others(beating):
    beats, done = [], threading.Event()
    beating({"crawl": (0.1, lambda: done.wait(5)), "deliver": (0.1, lambda: beats.append(1))})
    wait_for(lambda: len(beats) >= 5, "five beats beside the slow job", 3)
    done.set()


def test_stopping_does_not_wait_for_a_job_that_hangs(beating):
    never = threading.Event()
    hanging = beating({"crawl": (60, lambda: never.wait(60))})
    wait_for(lambda: hanging.acting, "it to act")
    time.sleep(0.3)
    began = time.monotonic()
    hanging.stop()
    assert time.monotonic() - began < metronome.STOP_SECONDS + 2
    never.set()


@pytest.mark.parametrize("jump", [-3600.0, -86_400.0, 86_400.0, 356_000_000.0])
def test_a_clock_that_is_set_does_not_silence_it(beating, jump):
    """INV-13: an hour back must not be an hour of silence."""
    beats, set_by = [], [0.0]
    ticking = beating({"deliver": (600, lambda: beats.append(1))}, wall=lambda: time.time() + set_by[0])
    wait_for(lambda: len(beats) == 1 and ticking.acting, "the first beat")
    set_by[0] = jump
    wait_for(lambda: len(beats) == 2, "a beat right after the clock was set", 4)


def test_it_delivers_what_becomes_due(tmp_path, store, store_url):
    settings = settings_in(tmp_path, store={"url": store_url}, crawl={"tick_seconds": 1})
    running = create_running(settings, store)
    subscribe(store, utc_now(), "lezer@lezer.example", (), running.secrets)
    decide(store, utc_now(), add_event(store, utc_now()))
    with store.writing() as session:
        session.exec(select(Notice)).one().due_at = utc_now()
        session.exec(select(Source)).one().paused = True
        session.exec(select(Item)).one().public_at = utc_now()
    ticking = metronome.start(running)
    try:
        wait_for(lambda: list((tmp_path / "var" / "mail").glob("*.eml")), "the mail")
    finally:
        ticking.stop()
