"""What a person reads when the demo is up: addresses, logins, and what to try."""

from demo import people
from demo.environment import Choices
from demo.ground import PLACES

ROLES = {
    "operator": "operatör",
    "shift_leader": "skiftledare",
    "centre_manager": "centralchef",
    "auditor": "granskare",
    "municipality_admin": "kommunadministratör",
    "municipality_officer": "handläggare",
}


def text(choices: Choices, codes: dict[str, str]) -> str:
    """The whole summary. `codes` are the second factor's current codes by user name, empty when not asked for."""
    host = f"localhost:{choices.port}"
    slugs = ", ".join(place.slug for place in PLACES if place.slug != "landskrona")
    lines = [
        "",
        "Trygghetscentralen är igång.",
        "",
        f"  Operatörernas konsol   http://{host}/",
        f"  Kommunernas portal     http://landskrona.{host}/portal/",
        f"  Trygghetspunkterna     http://landskrona.{host}/",
        f"                         (även {slugs})",
        f"  Sändarna               http://{host}/console/transmitters/",
        f"  Telefonerna            {choices.phones_url}",
        f"  Larmmottagarna         SIA DC-09 på port {choices.dc09_port}, SCAIP på port {choices.scaip_port}",
        f"  Webhookarna            http://{host}/hooks/",
        "",
        f"Logga in med lösenordet {people.PASSWORD}",
        "",
        *(_login(account, codes) for account in (*people.CENTRE, *people.MUNICIPAL)),
        "",
    ]
    if codes:
        lines += ["Koderna byts var 30:e sekund: `make codes` visar nya.", ""]
    lines += [
        "Prova",
        f"  1. Logga in som sara på http://{host}/ och börja passet.",
        "  2. Tryck S, skriv driftlarm landskrona, Enter: ärendet är ditt. Följ stegen med siffror och Enter.",
        f"  3. Öppna telefonerna på {choices.phones_url} och tryck Svara 1 som jouren.",
        f"  4. Y, Ctrl+Enter öppnar en trygghetspunkt. Allmänheten ser det på http://landskrona.{host}/",
        "  5. U, en siffra, Ctrl+Enter avslutar, när punkten är stängd. ? visar alla tangenter.",
        f"  6. Se det som kommunen ser det: hugo på http://landskrona.{host}/portal/ (Avslutade)",
        "  7. Skicka ett eget larm i en annan terminal: make inject KIND=fire",
        "  8. Ring som en larmpanel gör: make probe, och som en trygghetstelefon: make probe PROTOCOL=scaip",
        "     Posta som en kamera gör, med en bild: make probe PROTOCOL=webhook",
        "  9. D i ett ärende visar platsen eller personen bakom det, faror först. Koder visas med Skift+D.",
        f"  10. Se hur en kameras JSON läses: karin på http://{host}/console/sources/",
        f"  11. Kommunens byggnader: lotta, och brukare: maria, på http://landskrona.{host}/portal/",
        "  12. En natt: make night i en annan terminal. Kalla ut i båda ärendena, svara på telefonerna: en tiger, en kan",
        f"      inte, en tar. Osby har ingen jour: beslutet kvitteras av olle på http://osby.{host}/portal/",
        "",
        f"Loggar finns i {choices.folder}/logs. Ctrl-C stoppar allt; data finns kvar till `make demo-reset`.",
    ]
    return "\n".join(lines)


def _login(account: people.Account, codes: dict[str, str]) -> str:
    where = account.place or "centralen"
    code = f"  kod {codes[account.username]}" if account.username in codes else ""
    return f"  {account.username:<9}{account.name:<14}{ROLES[account.role]:<21}{where:<14}{code}".rstrip()
