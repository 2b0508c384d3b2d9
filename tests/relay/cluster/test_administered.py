"""Relays that share documents, looked after by whoever runs them."""

import pytest
from cluster_fixture import CALM, SharedDocument, relays_on_redis
from relay_fixture import request, tsv

pytestmark = pytest.mark.slow


@pytest.fixture
def relays(tmp_path):
    with relays_on_redis(tmp_path, CALM) as relays:
        yield relays


def test_whoever_runs_it_may_ask_any_of_them(relays):
    one, other = (relays.start(admin_token="a-word-of-those-who-run-it") for _ in range(2))
    admin = {"X-TSVShare-Admin": "a-word-of-those-who-run-it"}
    document = SharedDocument(one, other)
    document.put(tsv(30), name="genes.tsv")
    assert request("GET", f"{other.url}/admin/documents", headers=admin).body == b""
    listed = request("GET", f"{one.url}/admin/documents", headers=admin)
    assert (listed.json["uuid"], listed.json["name"]) == (document.uuid, "genes.tsv")
    url = document.url_at(other)
    for lie in ("X-Forwarded-For", "Via"):
        assert request("POST", f"{url}/links", b"", admin | {lie: "192.0.2.1"}).status == 403
    new = request("POST", f"{url}/links", b"", admin).json
    assert document.put(tsv(3)).status == 403
    assert document.put(tsv(3), key=new["key"]).status == 200
    with document.at(one, new["key"]):  # in use, if not here
        answer = request("POST", f"{other.url}/admin/expire", b'{"idle": 0}', admin)
        assert answer.json == {"ended": []}
    assert request("DELETE", url, headers=admin).status == 204
    assert request("GET", f"{document.url_at(one)}/state").status == 404
