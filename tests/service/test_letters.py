"""The bytes of a mail: nothing that somebody wrote can start a header, and the same mail is the same bytes."""

import email.policy
import random
from email import message_from_bytes

import pytest

from service.letters import _POLICY, ALLOWED, Letter, UnfitMailError, checked, letter_bytes, subject_words

SEED = 20261124
HEADERS = {
    "From": "Agenda <agenda@post.example.nl>",
    "To": "lezer@lezer.example",
    "Subject": "Nieuw in je agenda",
    "Date": "Tue, 24 Nov 2026 09:00:00 +0000",
    "Message-ID": "<0123456789abcdef0123456789abcdef01234567@post.example.nl>",
    "List-Unsubscribe": "<https://signaal.example.nl/afmelden/" + "t" * 60 + ">",
}
LETTER = Letter("Tekst\n", "<p>Tekst</p>\n", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
PIECES = (
    "Bijeenkomst", " ", "é", "😀", "e\u0301", "\r\n", "\n", "\r", "\0", "Bcc: ander@lezer.example", "=?utf-8?q?", "?=",
    "=0ABcc:_x", "=?utf-8?b?QmNjOiB4?=", "=?utf-8?q?a=0ABcc:_x?=", "\u2028", "\u2029", "\u202e", "\u200b", "\x1b[31m",
    "=?", ": ", "\t", "\x85", "\x0b", "\x0c", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0ABcc=3A=5Fx=3F=3D?=",
)  # fmt: skip


def parsed(raw):
    return message_from_bytes(raw, policy=email.policy.default)


def names(raw):
    """Header names as a simple reader sees them: everything before the first empty line that looks like one."""
    head = raw.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]


def test_the_headers_are_exactly_the_ones_given_each_once():
    raw = letter_bytes(HEADERS, LETTER)
    assert sorted(names(raw)) == sorted([*HEADERS, "MIME-Version", "Content-Type"])
    assert set(names(raw)) <= ALLOWED


def test_a_long_link_stays_whole_in_its_header():
    raw = letter_bytes(HEADERS, LETTER)
    assert f"\r\nList-Unsubscribe: {HEADERS['List-Unsubscribe']}\r\n".encode() in raw


def test_the_same_letter_is_the_same_bytes_a_hundred_times():
    assert len({letter_bytes(HEADERS, LETTER) for _ in range(100)}) == 1


def test_only_crlf_goes_over_the_line_and_no_line_is_long():
    hostile = Letter("regel\n.\nregel\r.\rregel\r\n" + "x" * 5000 + "\n", "<p>" + "y" * 5000 + "</p>", b"x" * 5000)
    raw = letter_bytes(HEADERS, hostile)
    rest = raw.replace(b"\r\n", b"")
    assert b"\r" not in rest
    assert b"\n" not in rest
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78 + len("List-Unsubscribe: ") + 60
    assert "x" * 5000 in parsed(raw).get_body(("plain",)).get_content()


def test_text_comes_first_then_html_then_the_calendar_with_a_fixed_name():
    message = parsed(letter_bytes(HEADERS, LETTER))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    (calendar,) = message.iter_attachments()
    assert calendar.get_filename() == "agenda.ics"
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_param("charset") == "utf-8"


@pytest.mark.parametrize(
    "value",
    [
        "a\nBcc: x@lezer.example",
        "a\r\nBcc: x@lezer.example",
        "a\0b",
        "a\u2028b",
        "\u202etxet",
        "=?utf-8?q?a=0ABcc:_x?=",
        "=?utf-8?b?YQpCY2M6IHg=?=",
        "=?utf-8?q?=E2=80=AE?=",
        "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0ABcc=3A=5Fx=3F=3D?=",
        "=?geen-alfabet?q?a?=",
    ],
)
def test_a_value_that_could_start_another_header_is_refused(value):
    with pytest.raises(UnfitMailError):
        checked("Subject", value)


def hostile_titles(number):
    chance = random.Random(SEED)
    return ["".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 12))) for _ in range(number)]


def test_ten_thousand_hostile_titles_stay_inside_their_header():
    """M1, E3: as a subject, which is the only header that words of others could ever reach."""
    for title in hostile_titles(10_000):
        try:
            _, value = _POLICY.header_store_parse("Subject", checked("Subject", subject_words(title)))
        except UnfitMailError:
            continue
        line = _POLICY.fold_binary("Subject", value)
        assert line.isascii(), f"seed {SEED}: {title!r}"
        inside = line.removesuffix(b"\r\n").replace(b"\r\n ", b"")
        assert b"\n" not in inside and b"\r" not in inside, f"seed {SEED}: {title!r}"  # noqa: PT018


def test_a_mail_with_a_hostile_title_has_no_other_headers():
    expected = sorted([*HEADERS, "MIME-Version", "Content-Type"])
    for title in hostile_titles(500):
        try:
            raw = letter_bytes(HEADERS | {"Subject": subject_words(title)}, Letter(title, "x"))
        except UnfitMailError:
            continue
        assert sorted(names(raw)) == expected, f"seed {SEED}: {title!r}"


@pytest.mark.parametrize("title", ["Avond over één thema 😀", "é" * 150, "Kom naar de dorpsraad: koffie & taart"])
def test_a_plain_title_comes_out_as_it_went_in(title):
    assert str(parsed(letter_bytes(HEADERS | {"Subject": subject_words(title)}, LETTER))["Subject"]) == title


def test_a_long_title_is_cut():
    words = subject_words("woord " * 500)
    assert len(words) <= 150
    assert words.endswith("…")


def test_encoded_words_stay_short_and_whole():
    raw = letter_bytes(HEADERS | {"Subject": subject_words("Café één " * 12)}, LETTER)
    head = raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    for word in head.split():
        if word.startswith(b"=?"):
            assert len(word) <= 75


def test_a_mail_that_is_too_large_does_not_leave():
    with pytest.raises(UnfitMailError, match="larger"):
        letter_bytes(HEADERS, Letter("x" * 100_001, "x"))


def test_a_header_that_is_not_ours_does_not_leave():
    with pytest.raises(UnfitMailError, match="exactly the headers"):
        letter_bytes(HEADERS | {"Bcc": "ander@lezer.example"}, LETTER)
