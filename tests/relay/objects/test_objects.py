"""Objects in a folder and in services that speak as S3 and Google's do: the same of all."""

import asyncio
import contextlib
import socket

import pytest
from objects_fixture import KINDS, careless_server, refusing_server, use_endpoint

from tsvshare_widget.errors import BadValue, NotFound, Unavailable
from tsvshare_widget.objects.address import check_address, shown
from tsvshare_widget.objects.probe import probe, read_probe
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.relay.objects.copies import DocumentCopies

pytestmark = pytest.mark.slow
pytest.importorskip("obstore", reason="needs the extra tsvshare-widget[cluster]")


@pytest.fixture(params=[*KINDS, "gs", pytest.param("azure", marks=pytest.mark.exhaustive)])
def objects(request, url_of):
    objects = Objects(url_of(request.param))
    yield objects
    objects.close()


def test_what_was_put_is_read_as_a_whole_and_in_part(objects):
    objects.put("tables/1/raw/1", b"abcdef")
    assert objects.get("tables/1/raw/1") == b"abcdef"
    assert objects.get_range("tables/1/raw/1", 2, 3) == b"cde"
    objects.put("tables/1/raw/1", b"new")
    assert objects.get("tables/1/raw/1") == b"new"
    assert objects.requests == {"put": 2, "get": 3}


def test_what_is_not_there(objects):
    assert objects.get("tables/1") is None
    with pytest.raises(NotFound):
        objects.get_range("tables/1", 0, 1)
    assert objects.entries("tables") == []
    assert objects.folders("tables") == []
    objects.delete(["tables/1"])
    objects.delete_all("tables")
    objects.check_well()


def test_an_object_that_is_there_is_not_put_anew(objects):
    assert objects.put_new("manifest/1", b"ours")
    assert objects.put_new("manifest/1", b"ours")  # as after an answer that was lost
    assert not objects.put_new("manifest/1", b"theirs")
    assert objects.get("manifest/1") == b"ours"


def test_what_is_there_goes_with_what_is_not(objects):
    for key in ("a/1", "a/3"):
        objects.put(key, b"x")
    objects.delete(["a/0", "a/1", "a/2", "a/3"])
    assert objects.entries("a") == []


def test_objects_are_listed_and_deleted_by_folder(objects):
    for key in ("tables/1/raw/1", "tables/1/raw/2", "tables/12/raw/1", "documents/1.json"):
        objects.put(key, b"xy")
    assert {entry.key for entry in objects.entries("tables/1")} == {
        "tables/1/raw/1",
        "tables/1/raw/2",
    }
    assert all(entry.size == 2 and entry.put_at > 0 for entry in objects.entries("tables"))
    assert sorted(objects.folders("tables")) == ["1", "12"]
    objects.delete_all("tables/1")
    assert {entry.key for entry in objects.entries("tables")} == {"tables/12/raw/1"}
    assert objects.folders("tables") == ["12"]


def test_the_store_is_tried_and_left_as_it_was(objects):
    objects.check()
    assert objects.entries("probe") == []


def test_what_others_are_to_read_is_gone_also_when_they_cannot(tmp_path):
    url, read = tmp_path.as_uri(), []
    with contextlib.suppress(Unavailable), probe(url, "text") as key:
        read.append(read_probe(url, key))
        raise Unavailable("another one cannot read it")
    assert read == ["text"]
    assert Objects(url).entries("probe") == []


def test_copies_of_documents(objects):
    async def steps():
        copies = DocumentCopies(objects)
        assert await copies.uuids() == []
        await copies.put("u-1", b"one")
        await copies.put("u-1", b"newer")
        await copies.put("u-2", b"two")
        assert sorted(await copies.uuids()) == ["u-1", "u-2"]
        assert await copies.get("u-1") == b"newer"
        await copies.delete("u-1")
        await copies.delete("u-1")
        assert await copies.get("u-1") is None
        assert await copies.uuids() == ["u-2"]

    asyncio.run(steps())


# --- what is wrong with it -----------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "s3://", "s3:///folder", "ftp://host/x", "file:///", "/tmp/x"])
def test_what_is_no_address_is_said_with_those_that_are(url):
    with pytest.raises(BadValue, match="s3://BUCKET/FOLDER"):
        check_address(url)


def test_an_address_is_shown_without_secrets():
    assert shown("s3://key:secret@bucket/a?token=x") == "s3://bucket/a"


def test_a_bucket_that_is_not_there(server, monkeypatch):
    use_endpoint(monkeypatch, server.port)
    with pytest.raises(Unavailable, match=r"s3://no-such-bucket/x has no such bucket"):
        Objects("s3://no-such-bucket/x").check()


def test_a_store_that_nobody_answers_for(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    use_endpoint(monkeypatch, port)
    objects = Objects("s3://bucket/x")
    with pytest.raises(Unavailable, match="does not answer as it should"):
        objects.check()
    with pytest.raises(Unavailable, match="which does not answer as it should") as error:
        objects.check_well()  # at once, and without asking
    assert str(port) not in str(error.value)  # that is for who runs the relay


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be used"):
        Objects((tmp_path / "file" / "folder").as_uri())


def test_a_store_that_refuses_its_credentials(monkeypatch):
    with refusing_server() as port:
        use_endpoint(monkeypatch, port)
        with pytest.raises(Unavailable, match="refuses the relay's credentials"):
            Objects("s3://bucket/x").check()


@pytest.mark.parametrize("status", [200, 501])
def test_a_store_without_conditional_puts(monkeypatch, status):
    with careless_server(status) as port:
        use_endpoint(monkeypatch, port)
        with pytest.raises(Unavailable, match=r"s3://bucket/x does not know conditional puts"):
            Objects("s3://bucket/x").check()
