"""What a visit says to a person: Dutch, plain, one or two short sentences."""

from __future__ import annotations

from datetime import timedelta

from crawler.limits import CONNECT_SECONDS, RAW_BYTES, TOTAL_SECONDS

MEGABYTE = 1024 * 1024

NOT_A_FEED = (
    "Op dit adres staat geen nieuwsfeed of agenda. Zoek op de website naar een link met RSS, Atom of iCal "
    "en gebruik dat adres."
)
NOTHING_CAME = "De server stuurde een leeg antwoord."
FALSE_304 = "De server zegt dat er niets veranderd is, maar we waren hier nog niet eerder."
GONE = "De server zegt dat deze bron voorgoed weg is. Zoek een nieuw adres of zet de bron op pauze."
NOT_REACHABLE = "We krijgen geen verbinding met de server."
NO_SUCH_NAME = "De server {name} is niet te vinden. Misschien is het adres veranderd."
BROKEN_OFF = "De verbinding met de server werd verbroken."
BAD_CERTIFICATE = "Het beveiligingscertificaat van de server klopt niet."
ADDRESS_REFUSED = "Dit adres ligt niet op het openbare internet. Daarom halen we het niet op."
TOO_MANY_REDIRECTS = "De server verwijst te vaak door."
REDIRECT_LOOP = "De server verwijst in een kringetje door."
BOMB = "Het document is klein ingepakt maar wordt bij het uitpakken veel te groot. Daarom lezen we het niet."
TOO_LARGE = f"Het document is te groot. We lezen hoogstens {RAW_BYTES // MEGABYTE} MB."
NOT_UNPACKED = "Het document komt ingepakt binnen en we kunnen het niet uitpakken."
ROBOTS_SAY_NO = "De website vraagt in robots.txt om deze pagina niet op te halen. Daar houden we ons aan."
ROBOTS_SILENT = "We konden niet lezen wat de website in robots.txt toestaat. Daarom wachten we."
HOST_BUSY = "We waren al bezig met deze server."
STILL_ASKED_TO_WAIT = "De server vroeg eerder om te wachten. Daar houden we ons aan."
UNCHANGED = "Er is niets veranderd sinds de vorige keer."
EMPTY = "De bron is goed te lezen, maar er staat nu niets in."
INTERRUPTED = "Het ophalen is afgebroken voordat het klaar was."
TRY_TOOK_TOO_LONG = "Het ophalen duurde te lang. Probeer het later nog eens."
OUR_FAULT = "Er ging bij ons iets mis bij het lezen van deze bron. De beheerder vindt meer in het logboek."
READER_ENDED = (
    "Het document laat ons leesprogramma vastlopen. Daarom lezen we het niet. Klopt het adres nog, en is het document "
    "niet veel te groot?"
)
BAD_OPTIONS = "De instellingen van deze bron kloppen niet. Kijk naar de opties van de bron."

LOGIN_PAGE = "Op dit adres staat een inlogpagina in plaats van het nieuws."
RULE_FINDS_NOTHING = (
    "De regels voor deze pagina vinden er niets meer. Waarschijnlijk is de pagina anders gebouwd dan eerst."
)
NOTHING_FOUND = (
    "We vinden op deze website geen feed, agenda of lijst met nieuws. Plak het adres van de pagina met het nieuws, "
    "of vraag de website naar een RSS-feed."
)
ELSEWHERE_ON_SITE = "Dit adres bestaat niet (meer). We hebben op de rest van de website gezocht."

DRIFTED = "Op de pagina staat niets meer dat op een bericht lijkt. Misschien is de website vernieuwd."
RESERVED = "De bron wil niet dat teksten worden overgenomen. We bewaren alleen titel en link."

NOT_WELL_FORMED = "De feed zit technisch niet goed in elkaar."
BAD_CHARACTERS = "Sommige letters in het document kloppen niet."
CUT_OFF = "Het document hield halverwege op."
WITH_ENTITIES = "Het document bevat eigen definities (ENTITY). Die lezen we nooit, omdat ze gevaarlijk kunnen zijn."
TOO_DEEP = "Het document is te diep genest om veilig te lezen."
TOO_MUCH = "Het document is te ingewikkeld om veilig te lezen."
BAD_JSON = "Dit is geen geldige JSON."


def url_refused(why: str) -> str:
    return f"We halen dit adres niet op: {why}."


def too_slow() -> str:
    return f"De server antwoordt niet binnen {TOTAL_SECONDS} seconden."


def no_connection() -> str:
    return f"We krijgen niet binnen {CONNECT_SECONDS} seconden verbinding met de server."


def http_error(status: int) -> str:
    """What the usual statuses mean to somebody who has never heard of them."""
    meaning = {
        401: "De server vraagt om in te loggen",
        403: "De server laat ons er niet in",
        404: "De pagina bestaat niet (meer)",
        451: "De server mag deze pagina niet tonen",
    }.get(status, "De server meldt een fout")
    return f"{meaning} (code {status})."


def asked_to_wait(status: int) -> str:
    return f"De server heeft het te druk en vraagt ons later terug te komen (code {status})."


def again(wait: timedelta) -> str:
    """When we try again, rounded as a person would."""
    return f"We proberen het over {duration(wait)} opnieuw."


def adopted(url: str) -> str:
    """The source moved, and its own server said so for long enough."""
    return f"De bron is verhuisd. Vanaf nu halen we haar op van {url}."


def duration(wait: timedelta) -> str:
    seconds = max(int(wait.total_seconds()), 1)
    for size, one, more in ((86400, "dag", "dagen"), (3600, "uur", "uur"), (60, "minuut", "minuten")):
        count = round(seconds / size)
        if count >= 1 and seconds >= size * 0.95:
            return f"{count} {one if count == 1 else more}"
    return f"{seconds} {'seconde' if seconds == 1 else 'seconden'}"


def read(entries: int, new: int, changed: int, *, events: bool = False) -> str:
    """Such as: Gelezen: 20 berichten, 3 nieuw, 1 gewijzigd."""
    one, more = ("afspraak", "afspraken") if events else ("bericht", "berichten")
    parts = [f"{entries} {one if entries == 1 else more}"]
    if new:
        parts.append(f"{new} nieuw")
    if changed:
        parts.append(f"{changed} gewijzigd")
    if not new and not changed:
        parts.append("niets nieuws")
    return f"Gelezen: {', '.join(parts)}."


def cut(count: int) -> str:
    """What a limit left out."""
    if count == 1:
        return "Er stond 1 bericht te veel in; dat is niet gelezen."
    return f"Er stonden {count} berichten te veel in; die zijn niet gelezen."


def left(count: int) -> str:
    """Pages behind the document that are for the next visit."""
    return "1 pagina lezen we de volgende keer." if count == 1 else f"{count} pagina's lezen we de volgende keer."


def leads_failed(count: int) -> str:
    return "1 pagina konden we niet lezen." if count == 1 else f"{count} pagina's konden we niet lezen."


def vanished(proposed: int) -> str:
    """Events that the source shows no longer, and that wait for an editor."""
    if proposed == 1:
        return "1 afspraak staat niet meer in de agenda; een redacteur beslist."
    return f"{proposed} afspraken staan niet meer in de agenda; een redacteur beslist."


def not_believed(lost: int, known: int) -> str:
    """More events vanished at once than can be true."""
    one = "is 1" if lost == 1 else f"zijn {lost}"
    return (
        f"Er {one} van de {known} komende afspraken tegelijk verdwenen. Dat geloven we niet; er is niets veranderd. "
        "Kijk of de agenda nog klopt."
    )


def shortened(count: int) -> str:
    return "Van 1 bericht is de tekst ingekort." if count == 1 else f"Van {count} berichten is de tekst ingekort."


def bad_events(count: int) -> str:
    if count == 1:
        return "1 afspraak in de agenda heeft geen leesbare datum."
    return f"{count} afspraken in de agenda hebben geen leesbare datum."


def uncounted(count: int) -> str:
    """Repetitions that are refused or wrong."""
    if count == 1:
        return "Van 1 afspraak kunnen we de herhaling niet volgen; alleen de eerste keer staat erin."
    return f"Van {count} afspraken kunnen we de herhaling niet volgen; alleen de eerste keer staat erin."


def past(count: int) -> str:
    return "1 afspraak is al voorbij." if count == 1 else f"{count} afspraken zijn al voorbij."


def would_read(entries: int, *, events: bool = False) -> str:
    """What trying out a source says when it works."""
    one, more = ("afspraak", "afspraken") if events else ("bericht", "berichten")
    return f"Dit adres werkt. Er {'staat' if entries == 1 else 'staan'} {entries} {one if entries == 1 else more} in."


def would_read_pages(pages: int) -> str:
    """What trying out a sitemap says that names pages without their titles."""
    if pages == 1:
        return "Dit adres werkt. Er staat 1 pagina in; die lezen we bij het bezoek."
    return f"Dit adres werkt. Er staan {pages} pagina's in; die lezen we bij het bezoek."


def found_candidates(count: int) -> str:
    """How many ways in a search of a website found."""
    if count == 1:
        return "We vonden 1 manier om deze website te volgen."
    return f"We vonden {count} manieren om deze website te volgen. De beste staat bovenaan."
