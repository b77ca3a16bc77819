"""The people and things of the registers that are filled."""

from tests.tenants.residents.conftest import as_hedda, greta, hedda, siv
from tests.tenants.sites.conftest import as_arvid, panel, school, theirs

__all__ = ["as_arvid", "as_hedda", "greta", "hedda", "panel", "school", "siv", "theirs"]
