"""A Redis for tests of the stores on it, and a line there that can be broken."""

import pytest
from redis_fixture import Line, redis_server


@pytest.fixture
def server(tmp_path):
    with redis_server(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def line(server):
    line = Line(server.port)
    yield line
    line.close()
