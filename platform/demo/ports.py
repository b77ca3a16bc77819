"""Whether a port can be had, asked before anything is started."""

import socket


class PortTaken(Exception):
    """Somebody listens there already; `str(error)` is one line for a person."""

    def __init__(self, port: int, setting: str) -> None:
        super().__init__(
            f"Port {port} är upptagen: stoppa det som lyssnar där eller välj en annan, "
            f"till exempel {setting}={port + 10} make demo."
        )


SPOKEN_OVER_UDP = {"DC09_PORT", "SCAIP_PORT"}


def check(port: int, setting: str) -> None:
    """Raises PortTaken."""
    if setting in SPOKEN_OVER_UDP:
        _check_udp(port, setting)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(port, setting) from error
    if _answers(socket.AF_INET6, "::1", port):  # browsers try ::1 first for localhost
        raise PortTaken(port, setting)


def _check_udp(port: int, setting: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(port, setting) from error


def answers(port: int) -> bool:
    """Whether anything accepts a connection on this machine's `port`."""
    return _answers(socket.AF_INET, "127.0.0.1", port)


def _answers(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex((address, port)) == 0
    except OSError:  # a machine without IPv6
        return False
