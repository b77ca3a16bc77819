"""python -m central.carriers.simulator --port 8100 --state .demo/phones.jsonl"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from central.carriers.simulator.app import Simulator
from central.carriers.simulator.delivery import Weather


def arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 väljer en ledig port")
    parser.add_argument("--fd", type=int, help="lyssna på en redan öppnad socket")
    parser.add_argument("--state", type=Path, help="fil där meddelandena sparas mellan starter")
    parser.add_argument("--account", default="ACsimulator", help="samma som TWILIO_ACCOUNT_SID")
    parser.add_argument("--token", default="simulator", help="samma som TWILIO_AUTH_TOKEN")
    parser.add_argument("--number", default="+46701740605", help="centralens nummer, samma som TWILIO_FROM")
    parser.add_argument("--inbound-url", default="http://localhost:8000/carrier/twilio/inbound/")
    parser.add_argument(
        "--deliver-to", default="", help="skicka webhooks hit fast de signeras för sin egen adress"
    )
    parser.add_argument(
        "--pace", type=float, default=1.0, help="gånger de vanliga fördröjningarna; 0 = genast"
    )
    parser.add_argument(
        "--patience", type=float, default=1.0, help="gånger den tid det ringer och en knapp inväntas"
    )
    parser.add_argument("--shuffle", type=float, default=0.0, help="andel vars besked kommer i fel ordning")
    parser.add_argument("--repeat", type=float, default=0.0, help="andel vars sista besked kommer två gånger")
    return parser


def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    app = Simulator(
        account=options.account,
        token=options.token,
        number=options.number,
        inbound_url=options.inbound_url,
        deliver_to=options.deliver_to,
        state=options.state,
        weather=Weather(
            pace=options.pace,
            patience=options.patience,
            shuffle=options.shuffle,
            repeat=options.repeat,
        ),
    )
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        fd=options.fd,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def main(argv: Sequence[str] | None = None) -> None:
    run(arguments(argparse.ArgumentParser(description="Simulerad operatör med telefoner")).parse_args(argv))


if __name__ == "__main__":
    main()
