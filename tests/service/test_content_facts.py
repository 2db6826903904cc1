"""Every fact of the organisation's present page stands on ours, in words of our own, plain enough for everybody.

The present page is `content/current-page.nl.txt` beside the shared corpus (`SIGNAAL_CORPUS`, by default
`../shared/corpus` seen from the repository). Without it these tests fail: an unchecked text is not a checked text.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from service import content
from store.settings import SiteSettings

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates" / "content"
HELP = content.load_help(FOLDER)
PAGES = content.load_pages(FOLDER, content.placeholders(SiteSettings(), HELP))
SLUGS = (
    "wat-is-mensenhandel", "signalen", "veelgestelde-vragen", "cijfers", "partners", "hulp-en-melden",
    "veilig-bezoek", "over", "privacy",
)  # fmt: skip

W, S, F, C, H = "wat-is-mensenhandel", "signalen", "veelgestelde-vragen", "cijfers", "hulp-en-melden"
FACTS = [
    # The definition, with all its elements.
    *[
        (page, what, rf"\b{what}\b")
        for page in (W, F)
        for what in ("werven|werft", "vervoeren", "overbrengen", "opnemen", "huisvesten", "dwang")
    ],
    (W, "coercion is meant broadly", r"dwang is hier een breed begrip"),
    (F, "coercion is meant broadly", r"dwang, in wat voor vorm ook"),
    (W, "the aim is exploitation", r"één doel: het slachtoffer uitbuiten"),
    (W, "exploitation is the core, also intended", r"kern van mensenhandel.{0,80}nog van plan"),
    (F, "the aim is exploitation, the core, also intended", r"uit te buiten.*uitbuiting is de kern.*nog van plan"),
    (W, "three forms", r"drie vormen: seksuele uitbuiting, arbeidsuitbuiting en criminele uitbuiting"),
    # Sexual exploitation.
    (W, "forced into sex", r"dwingt iemand tot seks"),
    (W, "abuse of vulnerability, trust, dependence", r"misbruik van iemand die kwetsbaar is.*vertrouwt.*afhankelijk"),
    (W, "sexual acts for pay", r"seksuele handelingen.*betaald"),
    (W, "pay is money, clothes, food", r"met geld, maar ook met kleding of eten"),
    (W, "or the promise of it", r"belofte van zo’n betaling"),
    # Labour exploitation.
    (W, "wages taken", r"pakt het loon af"),
    (W, "inhuman circumstances", r"werken op een manier die niet menselijk is"),
    (W, "and or or", r"soms gebeurt het allebei"),
    (W, "begun freely or forced", r"vrijwillig begon, kan slachtoffer zijn.*vanaf het begin gedwongen"),
    (W, "more than a bad employer", r"erger dan een slechte werkgever"),
    (W, "a combination of grave, often inhuman things", r"meerdere ernstige dingen samen, die vaak onmenselijk zijn"),
    (W, "force, violence, blackmail, deceit", r"dwang, geweld, chantage of misleiding"),
    # Criminal exploitation.
    (W, "forced into crime or begging", r"strafbare dingen te doen of om te bedelen"),
    (W, "pickpocketing", r"zakkenrollen"),
    (W, "shoplifting", r"stelen in een winkel"),
    (W, "snatching money at a cash machine", r"geld wegpakken bij iemand die staat te pinnen"),
    (W, "the loot is the exploiter's", r"buit.*is voor de uitbuiter"),
    (W, "who has power over the victim", r"macht over het slachtoffer"),
    (W, "for instance by the passport", r"paspoort"),
    (W, "or other pressure", r"op een andere manier onder druk"),
    # The figures.
    *[
        (C, what, pattern)
        for what, pattern in (
            ("most victims are unseen", r"hulpverleners zien een groot deel van de slachtoffers niet"),
            ("many do not know they are victims", r"weten zelf niet dat zij slachtoffer"),
            ("fear of violence or blackmail", r"bang voor geweld of chantage.*geen aangifte"),
            ("the number is unknown", r"precieze aantal onbekend"),
            ("there are estimates for the world", r"schattingen, ook voor de hele wereld"),
            ("the year and the number", r"in 2017 is geschat dat er in nederland 6\.250 slachtoffers"),
            ("the first author", r"nationaal rapporteur mensenhandel en seksueel geweld tegen kinderen"),
            ("the second author", r"united nations office on drugs and crime"),
            ("few are known", r"klein deel van deze mensen is echt bekend bij de politie of bij hulpverleners"),
        )
    ],
    (F, "the year and the number", r"in 2017 .*6\.250 mensen.*klein deel"),
    # Where and who.
    (F, "anywhere", r"overal gebeuren"),
    (F, "at school and in the neighbourhood", r"school of in je eigen wijk"),
    (F, "hidden", r"blijft verborgen"),
    (F, "closer than we think", r"dichterbij dan de meeste mensen denken"),
    (F, "the taboo", r"groot taboe"),
    (F, "hard to stand up", r"moeilijk om voor zichzelf op te komen"),
    (F, "no help and no report for fear", r"durven ze geen hulp te zoeken of naar de politie"),
    (F, "everybody can become a victim", r"iedereen zijn: kinderen, jongeren, vrouwen en mannen"),
    (F, "some are more vulnerable", r"kwetsbaarder dan anderen"),
    # Signals in general and per form.
    (S, "signals differ and overlap", r"eigen signalen.*veel signalen lijken op elkaar"),
    (F, "signals differ and overlap", r"eigen signalen.*veel overeenkomsten"),
    (F, "our own cards", r"voor elke vorm een signalenkaart"),
    # The pimp who plays the lover.
    (F, "it is trafficking", r"loverboy ook een mensenhandelaar\? ja"),
    (F, "girls forced into sex with other men", r"dwingt meisjes om seks te hebben met andere mannen"),
    (F, "their money taken", r"pakt hij ook het geld af"),
    (F, "our word and why", r"liever pooierboy, want aan zo’n dader is niets liefdevol"),
    (F, "politicians agree", r"nederlandse politiek vinden ze dat ook"),
    (F, "the old word is still there", r"oude woord nog niet verdwenen"),
    # In the Netherlands.
    (F, "yes, alas, in many forms", r"ja, helaas wel.*veel verschillende vormen"),
    (F, "restaurants", r"horeca"),
    (F, "cleaning", r"schoonmaak"),
    (F, "gardening and farming", r"tuinbouw en landbouw"),
    (F, "sexual, for instance by pooierboys", r"door pooierboys"),
    (F, "crime: pickpocketing and selling drugs", r"zakkenrollen of drugs verkopen"),
    # The law.
    (F, "a crime", r"strafbaar\? ja.*wetboek van strafrecht"),
    (F, "a violation of human rights", r"schendt ook de mensenrechten"),
    (F, "the centre of expertise", r"expertisecentrum mensenhandel en mensensmokkel"),
    (F, "police", r"samen: de politie"),
    (F, "immigration service", r"immigratie- en naturalisatiedienst \(ind\)"),
    (F, "military police", r"koninklijke marechaussee"),
    (F, "labour inspectorate, with its old name", r"nederlandse arbeidsinspectie, die vroeger inspectie szw heette"),
    (F, "Europol and Interpol", r"europol en interpol"),
    # The forms in short.
    (F, "sexual", r"seksuele uitbuiting: iemand moet seks hebben en wil dat niet"),
    (F, "labour", r"arbeidsuitbuiting: .*ernstige en vaak onmenselijke dingen samen.*geweld, chantage of misleiding"),
    (F, "criminal", r"criminele uitbuiting: iemand moet stelen of bedelen en de opbrengst afstaan"),
    # After a report, on the page of help and in the questions.
    *[
        (page, what, pattern)
        for page in (F, H)
        for what, pattern in (
            ("the number of the police", r"0900-8844"),
            ("a specialised detective", r"rechercheur.*gespecialiseerd (is )?in mensenhandel"),
            ("a man or a woman", r"met een man of met een vrouw"),
            ("an interpreter", r"tolk"),
            ("the first talk", r"intakegesprek"),
            ("what can be done for you", r"voor je kan doen|voor jou mogelijk"),
            ("decide afterwards", r"pas (daarna|na dat gesprek) beslis je of je aangifte doet"),
            ("anonymous number", r"meld misdaad anoniem.*0800-7000"),
            ("anonymous address", r"www\.meldmisdaadanoniem\.nl"),
            ("fear is a good reason", r"bang (bent )?voor geweld of chantage"),
        )
    ],
]  # fmt: skip

SIGNALS = {
    "seksuele-uitbuiting": [
        r"moe", r"mishandeling.*zichzelf verwondt", r"slecht over zichzelf.*makkelijk overhalen",
        r"trekt zich terug.*vrienden en bekenden", r"aanraking.*bang",
    ],
    "arbeidsuitbuiting": [
        r"moe", r"lange werkdagen.*nooit een dag vrij", r"gevaarlijk of ongezond",
        r"verdient weinig.*zwart betaald.*eigen bankrekening", r"geen eigen woning.*veel mensen",
        r"geen paspoort of identiteitskaart.*vals",
    ],
    "criminele-uitbuiting": [
        r"zichzelf dader.*niet als slachtoffer", r"vriend of familielid is ongelijk", r"mishandeling",
        r"drugs of gestolen spullen.*nooit eerder met criminaliteit",
    ],
}  # fmt: skip

FORBIDDEN = (
    r"prostitu\w*", r"hoer\w*", r"seksslav\w*", r"illega(?:al|le|len)", r"gelukszoek\w*", r"eigen schuld",
    r"vrijwillige slacht\w*", r"zelf voor gekozen", r"mensonteren\w*", r"teneinde", r"derhalve", r"middels", r"diens",
    r"desalniettemin", r"dienen te", r"\bu\b", r"\buw\b",
)  # fmt: skip
ALLOWED_NUMBERS = {"112", "0900-8844", "0800-7000"}


def flat(text: str) -> str:
    return " ".join(text.lower().split())


def shown(slug: str) -> str:
    """What a reader of the page reads: title, headings and text."""
    return flat(f"{PAGES[slug].title} {PAGES[slug].text}")


def sentences(text: str) -> list[str]:
    return [part for line in text.splitlines() for part in re.split(r"(?<=[.!?])\s+", line) if part.strip()]


def words(text: str) -> list[str]:
    return re.findall(r"[\w’'.-]*\w", text.lower())


@pytest.fixture(scope="module")
def present_page() -> str:
    corpus = Path(os.environ.get("SIGNAAL_CORPUS") or ROOT.parent / "shared" / "corpus")
    file = corpus.parent / "content" / "current-page.nl.txt"
    assert file.exists(), f"{file} is missing: set SIGNAAL_CORPUS to the corpus folder that lies beside content/"
    return file.read_text(encoding="utf-8")


def test_every_static_page_is_there():
    assert set(SLUGS) <= set(PAGES), f"add to templates/content: {sorted(set(SLUGS) - set(PAGES))}"


@pytest.mark.parametrize(("slug", "fact", "pattern"), FACTS, ids=lambda value: value if len(value) < 60 else "")
def test_no_fact_of_the_present_page_is_missing(slug, fact, pattern):
    assert re.search(pattern, shown(slug)), f"/{slug} no longer says: {fact} (looked for {pattern})"


@pytest.mark.parametrize("form", SIGNALS)
def test_each_card_holds_every_signal_of_its_form_and_no_other(form):
    card = PAGES["signalen"].section(form)
    lines = re.findall(r"<li>(.*?)</li>", card.html, re.DOTALL)
    assert len(lines) == len(SIGNALS[form]), f"the card of {form} holds {len(lines)} signals"
    for line, pattern in zip(lines, SIGNALS[form], strict=True):
        assert re.search(pattern, flat(line)), f"the card of {form} lacks the signal {pattern}; it says {line!r}"


def test_the_questions_are_eleven_and_each_has_an_address_of_its_own():
    questions = PAGES["veelgestelde-vragen"].sections
    assert len(questions) == 11, "the present page has eleven questions; ours must have each of them"
    anchors = [question.anchor for question in questions]
    assert len(set(anchors) - {""}) == 11, f"give each question its own {{#anchor}}: {anchors}"
    assert all(question.title.endswith("?") and question.text for question in questions)


def test_who_is_vulnerable_has_the_address_that_other_pages_link_to():
    questions = PAGES["veelgestelde-vragen"]
    assert 'id="kwetsbaar"' in questions.html
    assert 'href="/veelgestelde-vragen#kwetsbaar"' in questions.html


def test_links_between_the_pages_lead_to_a_heading_that_exists():
    anchors = {slug: set(re.findall(r'id="([^"]+)"', page.html)) for slug, page in PAGES.items()}
    for slug, page in PAGES.items():
        for target in re.findall(r'href="([^"]+)"', page.html):
            if target.startswith(("https://", "tel:", "mailto:")):
                continue
            path, _, anchor = target.partition("#")
            known = path.lstrip("/") or slug
            if target in {"/correctie", "/tip"}:
                continue  # forms, which are no text
            assert known in PAGES, f"{slug}.md links to {target}, which is no page"
            assert not anchor or anchor in anchors[known], f"{slug}.md links to {target}; that heading is gone"


@pytest.mark.parametrize("slug", SLUGS)
def test_no_sentence_is_copied_from_the_present_page(slug, present_page):
    ours = words(PAGES[slug].text)
    for sentence in sentences(present_page):
        theirs = words(sentence)
        if len(theirs) >= 8:
            assert " ".join(theirs) not in " ".join(ours), f"/{slug} copies: {sentence}"
    # The longest name on the page has nine words with its article, so ten in a row are a phrase and not a name.
    source = " ".join(words(present_page))
    for start in range(len(ours) - 9):
        run = " ".join(ours[start : start + 10])
        assert run not in source, f"/{slug} copies ten words in a row: {run}"


@pytest.mark.parametrize("slug", SLUGS)
def test_sentences_are_short(slug):
    lengths = [len(words(sentence)) for sentence in sentences(PAGES[slug].text)]
    average = sum(lengths) / len(lengths)
    assert average <= 15, f"/{slug}: {average:.1f} words a sentence; cut the long ones in two"
    assert max(lengths) <= 25, f"/{slug} has a sentence of {max(lengths)} words; cut it in two"


@pytest.mark.parametrize("slug", SLUGS)
def test_no_page_uses_a_word_that_hurts_or_hides(slug):
    for pattern in FORBIDDEN:
        found = re.search(rf"\b{pattern}\b", shown(slug))
        assert not found, f"/{slug} says {found[0]!r}; write it kinder or plainer"
    where = [part for part in re.findall(r"loverboy\w*", shown(slug)) if slug != "veelgestelde-vragen"]
    assert not where, f"/{slug} says loverboy; write pooierboy or mensenhandelaar"


@pytest.mark.parametrize("slug", SLUGS)
def test_only_the_known_phone_numbers_appear(slug):
    text = PAGES[slug].text
    found = set(re.findall(r"\b0\d{2,3}-?\s?\d{3,}(?:-\d+)?\b", text)) | set(re.findall(r"\b11\d\b", text))
    assert found <= ALLOWED_NUMBERS, f"/{slug} names {found - ALLOWED_NUMBERS}; numbers come from help.toml"
    raw = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    assert not re.search(r"0[89]00|\b112\b", raw), f"{slug}.md types a number; write {{{{nummer.politie}}}}"


def test_the_help_block_holds_the_three_numbers_and_no_unchecked_date():
    assert [number.number for number in HELP] == ["112", "0900-8844", "0800-7000"]
    for number in HELP:
        assert number.owner, f"{number.number} has no owner in help.toml"
        assert number.checked_on or not number.hours, f"{number.number} shows hours that nobody checked"


@pytest.mark.parametrize("slug", SLUGS)
def test_the_neutral_title_and_description_give_nothing_away(slug):
    page = PAGES[slug]
    told = [page.neutral_title]
    if page.no_store or slug == "veelgestelde-vragen":
        told.append(page.description)
    for text in told:
        assert not re.search(r"mensenhandel|uitbuit|slachtoffer|seks|misdaad|politie", text, re.IGNORECASE), (
            f"{slug}.md: {text!r} may be seen by someone else; choose neutral words"
        )


def test_help_and_safety_pages_leave_nothing_in_a_cache():
    assert PAGES["hulp-en-melden"].no_store
    assert PAGES["veilig-bezoek"].no_store


@pytest.mark.parametrize(
    ("fact", "pattern"),
    [
        ("a private window", r"privévenster"),
        ("another device", r"ander apparaat"),
        ("history stays", r"wist je geschiedenis niet"),
        ("spyware", r"spionagesoftware"),
        ("clearing everything stands out", r"wis niet alles.*valt op"),
        ("calls stay in the call list", r"blijft in de gesprekkenlijst"),
        ("mail can be read by others", r"mailbox"),
        ("Shift three times", r"drie keer achter elkaar op shift"),
    ],
)
def test_the_safety_page_is_honest_about_what_helps(fact, pattern):
    assert re.search(pattern, shown("veilig-bezoek")), f"/veilig-bezoek no longer says: {fact}"


def test_the_site_says_that_it_takes_no_reports_and_why_there_is_no_banner():
    assert "neemt zelf geen meldingen aan" in shown("hulp-en-melden")
    assert "geen nieuws betekent niet dat er geen mensenhandel is" in shown("over")
    assert re.search(r"geen cookiemelding.*geen cookie", shown("privacy"))
