"""What a log line says about a bug: what and where, and never the words of an exception, which may name a reader."""

import json
import logging

from service.logs import JsonLines

READER = "lezer@post.example"


def line_of(error):
    record = logging.LogRecord(
        "signaal", logging.ERROR, __file__, 1, "it broke", (), (type(error), error, error.__traceback__)
    )
    return JsonLines().format(record)


def test_a_bug_is_logged_with_its_kind_and_its_place_and_without_its_words():
    try:
        try:
            int(READER)
        except ValueError as first:
            raise KeyError(READER) from first
    except KeyError as error:
        written = line_of(error)
    line = json.loads(written)
    assert READER not in written, "the message of an exception may hold an address or a question of a reader"
    said = " ".join(line["where"])
    assert "KeyError" in said
    assert "ValueError" in said, "the first fault of a chain is the one to mend"
    assert "test_logs.py" in said
    assert "\n" not in written


def test_a_line_break_and_an_escape_code_stay_text():
    record = logging.LogRecord("signaal", logging.ERROR, __file__, 1, "path %s", ("/a\n\x1b[31mb",), None)
    written = JsonLines().format(record)
    assert "\n" not in written
    assert "\x1b" not in written
    assert json.loads(written)["says"] == "path /a\n\x1b[31mb"
