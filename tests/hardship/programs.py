"""Every fault program with its sizes: small in ``make test``, full in ``make hardship``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.hardship import (
    faults_of_processes,
    faults_of_receivers,
    faults_of_senders,
    faults_of_services,
    faults_of_steps,
    faults_of_webhooks,
    noise_at_receivers,
)
from tests.hardship.crowd_of_connections import crowd_of_connections
from tests.hardship.faults_of_clocks import clock_jumps
from tests.hardship.faults_of_crowds import alarm_storm, network_away
from tests.hardship.faults_of_escalation import everybody_killed
from tests.hardship.faults_of_floods import power_cut
from tests.hardship.faults_of_gathering import killed_while_gathering
from tests.hardship.faults_of_imports import import_killed, import_without_broker, texts_beside_an_import
from tests.hardship.faults_of_ways import stopped_receivers
from tests.hardship.full_disk import full_disk
from tests.hardship.isolation import isolation
from tests.hardship.public_rush import public_rush
from tests.hardship.region import Region

type Told = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """``faults``: the numbers in PERFORMANCE's list of 25; ``small`` and ``full`` run it and raise when broken."""

    faults: str
    promise: str
    small: Callable[[Region], Told]
    full: Callable[[Region], Told]


def _program(
    faults: str, promise: str, run: Callable[..., Told], small: dict[str, Any], full: dict[str, Any]
) -> Program:
    return Program(faults, promise, lambda region: run(region, **small), lambda region: run(region, **full))


ALL: dict[str, Program] = {
    "web killed": _program(
        "2", "Det som kvitterats är lagrat, en gång; tavlorna kommer tillbaka",
        faults_of_processes.web_killed, {"kills": 1, "per_kill": 40}, {"kills": 20, "per_kill": 300},
    ),
    "network cut": _program(
        "12", "Efter varje avbrott är tavlan den färska tavlan",
        faults_of_processes.network_cut, {"cuts": 8}, {"cuts": 200},
    ),
    "network away": _program(
        "12", "Nät borta 1–600 s (tiden skalad): tillbaka är tavlan den färska tavlan",
        network_away, {"drops": 6, "scale": 1 / 300}, {"drops": 50, "scale": 1 / 20},
    ),
    "alarm storm": _program(
        "14", "Alla lagras; livsfara står på varje tavla på en gång",
        alarm_storm, {"alarms": 300}, {"alarms": 10_000},
    ),
    "power cut": _program(
        "14", "Tusentals fel är två ärenden, varje objekt räknat; branden mitt i står på varje tavla",
        power_cut, {"silent": 150, "alarms": 200}, {"silent": 5_000, "alarms": 5_000},
    ),
    "power cut, web killed": _program(
        "2 14", "Varje kvitterat larm är ett objekt i det samlade ärendet eller ett eget; branden har sitt eget",
        killed_while_gathering, {"alarms": 120, "kills": 1}, {"alarms": 5_000, "kills": 10},
    ),
    "console asleep": _program(
        "12", "Den som sovit laddar om en gång och visar sanningen",
        faults_of_processes.console_asleep, {"alarms": 40, "events": 6_000}, {"alarms": 3_000, "events": 20_000},
    ),
    "long import": _program(
        "–", "En öppen skrivande transaktion håller inte larmen tillbaka",
        faults_of_services.long_import, {"seconds": 2}, {"seconds": 60},
    ),
    "import, worker killed": _program(
        "1", "Arbetaren dödas mitt i läsning och skrivning: alla rader en gång, eller ingen",
        import_killed, {"rows": 1_500, "kills": 1}, {"rows": 20_000, "kills": 2},
    ),
    "import, broker away": _program(
        "3", "Ingen kan väcka arbetaren: filen läses och skrivs ändå, av den väntande raden",
        import_without_broker, {"rows": 1_500}, {"rows": 5_000},
    ),
    "import beside texts": _program(
        "–", "En lång inläsning håller inget sms tillbaka",
        texts_beside_an_import, {"rows": 1_500, "texts": 20}, {"rows": 20_000, "texts": 300},
    ),
    "everybody reconnects": _program(
        "13", "Alla konsoler är tillbaka på en gång efter en omstart",
        faults_of_processes.everybody_reconnects, {"consoles": 12}, {"consoles": 100},
    ),
    "clock killed": _program(
        "1 19", "Reserven tar vid; allt som var dags görs precis en gång",
        faults_of_processes.clock_killed, {"rounds": 1, "cases": 12}, {"rounds": 5, "cases": 200},
    ),
    "clock jumps": _program(
        "19", "Fem minuter fram eller bak: ordning efter nummer, allt som är dags en gång och i tid",
        clock_jumps, {"offsets": [-300], "cases": 30}, {"offsets": [300, -300] * 3, "cases": 200},
    ),
    "valkey away": _program(
        "3", "Intag och tavlor går vidare, inget går förlorat",
        faults_of_services.valkey_away, {"seconds": 2}, {"seconds": 60},
    ),
    "valkey away, latency": _program(
        "3", "Utan väckning når larmet tavlorna inom sekunder",
        faults_of_services.valkey_away_latency, {"alarms": 2}, {"alarms": 20},
    ),
    "postgres restarted": _program(
        "4", "503 med Retry-After, sedan är kvitterat lika med lagrat",
        faults_of_services.postgres_restarted,
        {"restarts": 1, "per_restart": 40}, {"restarts": 10, "per_restart": 300},
    ),
    "postgres paused": _program(
        "5", "Begränsad väntan, ärliga nej, jämnt minne; ingen omstart behövs",
        faults_of_services.postgres_paused, {"seconds": 9.5}, {"seconds": 30},
    ),
    "full disk": _program(
        "6", "Nej med 503 och aldrig ett kvitto; tavlorna står kvar; i gång igen när det finns plats",
        full_disk, {"seconds": 2, "per_phase": 30, "log_too": False},
        {"seconds": 30, "per_phase": 300, "log_too": True},
    ),
    "public rush": _program(
        "24", "Den offentliga sidan visas med sin tid fast allt är dött; sedan går det att publicera igen",
        public_rush, {"seconds": 2, "visitors": 16}, {"seconds": 30, "visitors": 64},
    ),
    "slow console": _program(
        "11", "Den som inte läser kapas; de andra och minnet märker inget",
        faults_of_senders.slow_console, {"alarms": 200}, {"alarms": 10_000},
    ),
    "same signal": _program(
        "7", "Tio likadana på en gång är ett larm, ett ärende, ett svar",
        faults_of_senders.same_signal, {"rounds": 4}, {"rounds": 300},
    ),
    "chattering sensor": _program(
        "15", "Allt räknas, andra källor märker inget",
        faults_of_senders.chattering_sensor, {"seconds": 2}, {"seconds": 600},
    ),
    "isolation": _program(
        "17", "Ingen kanariefågel når en annan kommun, i någon byte",
        isolation, {"rounds": 2}, {"rounds": 20},
    ),
    "two claims": _program(
        "20", "Precis en vinner; den andra får veta av vem",
        lambda region, rounds: json.loads(region.python("tests.hardship.claims", str(rounds))),
        {"rounds": 20}, {"rounds": 1_000},
    ),
    "steps, clock killed": _program(
        "2", "Klockan dödas medan steg blir sena: det som följer görs en gång, hellre sent än aldrig",
        faults_of_steps.clock_killed, {"cases": 12, "kills": 2}, {"cases": 400, "kills": 20},
    ),
    "escalations, everybody killed": _program(
        "1 2", "Klocka, arbetare och webb dödas medan folk frågas: varje fråga en gång, hellre sent än aldrig",
        everybody_killed, {"cases": 8, "kills": 2}, {"cases": 400, "kills": 40},
    ),
    "poison": _program(
        "16", "Ingen krasch, inget 5xx, nästa signal tas emot",
        faults_of_senders.poison, {"bodies": 120}, {"bodies": 100_000},
    ),
    "receivers killed": _program(
        "2", "Mottagarna dödas om och om igen: varje ram och MESSAGE ett larm, inget svar utan rad",
        faults_of_receivers.receivers_killed, {"kills": 1, "per_kill": 60}, {"kills": 20, "per_kill": 1_000},
    ),
    "receivers' storing killed": _program(
        "2", "Den lagrande processen dödas: varje ram och MESSAGE ett larm, mottagarna går vidare",
        faults_of_receivers.storing_killed, {"kills": 2, "per_kill": 60}, {"kills": 20, "per_kill": 1_000},
    ),
    "receivers, postgres restarted": _program(
        "4", "PostgreSQL dödas under trafik: tystnad, omsändning, varje ram och MESSAGE ett larm",
        faults_of_receivers.postgres_restarted,
        {"restarts": 1, "per_restart": 60}, {"restarts": 10, "per_restart": 1_000},
    ),
    "lost acknowledgement": _program(
        "7", "En ram eller MESSAGE vars kvittens försvann kvitteras igen utan ett andra larm",
        faults_of_receivers.lost_acknowledgements, {"rounds": 10}, {"rounds": 500},
    ),
    "stopped receivers are told": _program(
        "2", "Mottagarna står stilla: båda larmvägarna sägs på varje konsol, inget ärende, och det går över",
        stopped_receivers, {"seconds": 3, "stops": 1}, {"seconds": 12, "stops": 4, "heard_every": 24},
    ),
    "garbage at the receivers": _program(
        "16", "Skräp på TCP och UDP: ingen krasch, panelerna märker inget",
        noise_at_receivers.garbage, {"pieces": 100}, {"pieces": 20_000},
    ),
    "bad connections": _program(
        "11 16", "Långsamma, halvöppna och för många kapas eller nekas; de andra går vidare",
        noise_at_receivers.bad_connections, {"each": 20, "floods": 1}, {"each": 20, "floods": 20},
    ),
    "crowd of connections": _program(
        "16", "Fler förbindelser än mottagaren bär: de över gränsen läggs på, panelerna märker inget",
        crowd_of_connections, {"addresses": 1, "each": 1_100}, {"addresses": 11, "each": 1_000},
    ),
    "cameras, web killed": _program(
        "2", "Webben dödas medan bilder kommer: varje svar är ett larm, ett ärende och hela bilder",
        faults_of_webhooks.web_killed, {"kills": 1, "per_kill": 40}, {"kills": 10, "per_kill": 200},
    ),
    "cameras, postgres restarted": _program(
        "4", "PostgreSQL dödas medan bilder kommer: 503, och sedan inget halvt",
        faults_of_webhooks.postgres_restarted,
        {"restarts": 1, "per_restart": 40}, {"restarts": 6, "per_restart": 200},
    ),
    "garbage at the webhooks": _program(
        "16", "Skräp med rätt nyckel: inget 5xx, ingen rad utan svar",
        faults_of_webhooks.garbage, {"bodies": 200}, {"bodies": 10_000},
    ),
}  # fmt: skip
