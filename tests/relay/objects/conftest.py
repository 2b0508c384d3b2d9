"""What tests of object stores share."""

import pytest
from objects_fixture import azurite


@pytest.fixture(scope="module")
def azure():
    """The port of an Azure service."""
    with azurite() as port:
        yield port
