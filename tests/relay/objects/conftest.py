"""Object stores that the tests of this folder share."""

import pytest
from gcs_fixture import gcs_server, use_gcs
from objects_fixture import azurite, s3_server, use_azurite, use_endpoint


@pytest.fixture(scope="module")
def azure():
    """The port of an Azure service."""
    with azurite() as port:
        yield port


@pytest.fixture(scope="module")
def server():
    """An S3 service."""
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def gcs(server):
    """The port of a service that speaks as Google's does."""
    with gcs_server(server.port) as port:
        yield port


@pytest.fixture
def folder_url(tmp_path):
    """A folder as an object store."""
    return (tmp_path / "shared").as_uri()


@pytest.fixture
def url_of(request, folder_url, monkeypatch, tmp_path):
    """Have the URL of an empty store of one kind: ``file``, ``s3``, ``gs`` or ``azure``."""

    def url_of(kind):
        if kind == "file":
            return folder_url
        if kind == "azure":
            return use_azurite(monkeypatch, request.getfixturevalue("azure"))
        server = request.getfixturevalue("server")
        if kind == "gs":
            port = request.getfixturevalue("gcs")
            return use_gcs(monkeypatch, tmp_path, port, server.new_bucket())
        use_endpoint(monkeypatch, server.port)
        return f"s3://{server.new_bucket()}/inside"

    return url_of


ON_REQUEST = [pytest.param(kind, marks=pytest.mark.exhaustive) for kind in ("s3", "gs", "azure")]


@pytest.fixture(params=["file", *ON_REQUEST])
def url(request, url_of):
    """An empty store: a folder, and on request one of each service."""
    return url_of(request.param)
