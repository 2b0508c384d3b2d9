"""Jupyter Servers with the relay in them."""

import pytest
from server_process import JupyterServer


@pytest.fixture(scope="module")
def serve_jupyter(tmp_path_factory):
    """Start Jupyter Servers; all of them end with the module."""
    servers = []

    def serve(**settings):
        servers.append(JupyterServer(tmp_path_factory.mktemp("jupyter"), **settings))
        servers[-1].start()
        return servers[-1]

    yield serve
    for server in servers:
        server.end()


@pytest.fixture
def in_kernel(monkeypatch):
    """Have this process take itself for a kernel of a server."""

    def become(server):
        for name, value in server.told_to_kernels.items():
            monkeypatch.setenv(name, value)

    return become
