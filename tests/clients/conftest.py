"""Public client libraries and bots, unchanged, against a real server: only the address they call is ours."""

import pytest

from tests.blackbox.conftest import house, shared_server
from tests.clients.office import Office
from tests.support.aio import run
from tests.support.faces import make_account
from tests.support.process import Server

__all__ = ["house", "shared_server"]


@pytest.fixture
def office(house: Server) -> Office:
    """A new account on the server, as the libraries are told of it."""
    return Office(house.address, run(make_account(house.database)))
