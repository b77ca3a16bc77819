"""Real PostgreSQL and Valkey for every test, two municipalities, and a named cast.

``db`` rolls back after each test; ``committed`` really commits and empties the tables afterwards. The cast: *Olga*
operator, *Sven* shift leader, *Maja* municipal officer and *Arvid* municipality admin in Storköping, *Agda* auditor,
*Utan* with no rights, *Lisa* officer in Lillby.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import database

_services: Any = None
PASSWORD = "snöstorm-klockan-tre-03"
CENTRE_HOST = "localhost"


def pytest_configure(config: pytest.Config) -> None:
    global _services
    if not hasattr(config, "workerinput"):
        _services = database.start_services()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _services is not None:
        _services.stop()


@pytest.fixture(scope="session")
def services() -> Any:
    """The embedded services of this run, where this process started them (not under xdist)."""
    return _services


@pytest.fixture(scope="session")
def django_db_setup(worker_id: str, django_db_blocker: Any) -> Iterator[None]:
    """One database per process: migrated, with a centre and two municipalities."""
    with django_db_blocker.unblock():
        database.use_own_database(f"test_{worker_id}")
        from django.core.management import call_command

        from central.municipalities import directory
        from central.municipalities.services import found
        from central.municipalities.template import ensure_template

        directory.KEPT_SECONDS = 3_600.0  # how many questions a page asks must not depend on the time of day
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        ensure_template()
        found(slug="centralen", name="Trygghetscentralen Provland", short_code="TC", kind="centre")
        found(slug="storkoping", name="Storköping", short_code="STO", municipality_code="0101")
        found(slug="lillby", name="Lillby", short_code="LIL", municipality_code="0102")
        from alarms.workqueue.models import GatheringRule

        GatheringRule.objects.all().delete()  # each alarm is a case of its own but where a test says otherwise
    yield
    with django_db_blocker.unblock():
        from django.db import connection

        connection.close()
        connection.close_pool()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Real commits, seen by other processes; every table is emptied afterwards."""
    from django.db import connection

    with django_db_blocker.unblock():
        yield
        database.truncate_everything()
        connection.close()


@pytest.fixture
def data(request: pytest.FixtureRequest) -> None:
    """The database, in whichever way the test asked for it (``committed``, else ``db``)."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")


@pytest.fixture
def centre(data: None) -> Any:
    from central.municipalities.models import Municipality

    return Municipality.objects.get(slug="centralen")


@pytest.fixture
def storkoping(data: None) -> Any:
    from central.municipalities.models import Municipality

    return Municipality.objects.get(slug="storkoping")


@pytest.fixture
def lillby(data: None) -> Any:
    from central.municipalities.models import Municipality

    return Municipality.objects.get(slug="lillby")


@cache
def _hashed() -> str:
    """The cast shares one password, hashed once: Argon2 is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def make_user(
    username: str, name: str, initials: str, municipality: Any = None, role: str = "", functions: Any = ()
) -> Any:
    from central.accounts.models import Membership, User

    user, fresh = User.objects.get_or_create(username=username, defaults={"name": name, "initials": initials})
    if fresh:
        user.password = _hashed()
        user.save()
    if municipality is not None:
        Membership.objects.get_or_create(
            user=user, municipality=municipality, role=role, defaults={"functions": sorted(functions)}
        )
    return user


@pytest.fixture
def olga(centre: Any) -> Any:
    from central.functions import OPEN

    return make_user("olga", "Olga Operatör", "OO", centre, "operator", OPEN)


@pytest.fixture
def sven(centre: Any) -> Any:
    from central.functions import NAMES

    return make_user("sven", "Sven Skiftledare", "SS", centre, "shift_leader", NAMES)


@pytest.fixture
def chef(centre: Any) -> Any:
    return make_user("chef", "Cilla Chef", "CC", centre, "centre_manager", [])


@pytest.fixture
def maja(storkoping: Any) -> Any:
    return make_user("maja", "Maja Handläggare", "MH", storkoping, "municipality_officer", ["property"])


@pytest.fixture
def arvid(storkoping: Any) -> Any:
    return make_user("arvid", "Arvid Administratör", "AA", storkoping, "municipality_admin", [])


@pytest.fixture
def lisa(lillby: Any) -> Any:
    return make_user("lisa", "Lisa Lillby", "LL", lillby, "municipality_officer", ["property"])


@pytest.fixture
def agda(storkoping: Any) -> Any:
    return make_user("agda", "Agda Granskare", "AG", storkoping, "auditor", [])


@pytest.fixture
def utan(data: None) -> Any:
    return make_user("utan", "Utan Rätt", "UR")


@dataclass(frozen=True)
class Cast:
    """Everybody, for tests that ask all of them."""

    olga: Any
    sven: Any
    chef: Any
    maja: Any
    arvid: Any
    lisa: Any
    agda: Any
    utan: Any


@pytest.fixture
def cast(olga: Any, sven: Any, chef: Any, maja: Any, arvid: Any, lisa: Any, agda: Any, utan: Any) -> Cast:
    return Cast(olga, sven, chef, maja, arvid, lisa, agda, utan)


@pytest.fixture
def client_of(data: None) -> Callable[..., Any]:
    """``client_of(user, "storkoping.localhost")`` → a Django test client signed in there."""
    from django.test import Client

    from tests.support.signing_in import sign_in

    def make(user: Any, host: str = CENTRE_HOST) -> Any:
        client = Client(HTTP_HOST=host)
        if user is not None:
            sign_in(client, user, host)
        return client

    return make


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: the folder named by SCREENSHOTS, else a throw-away one."""
    wanted = os.environ.get("SCREENSHOTS")
    folder = Path(wanted) if wanted else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder
