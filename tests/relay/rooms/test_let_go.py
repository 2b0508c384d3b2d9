"""A document that another relay has by now: who comes at that moment is to come back."""

import pytest
from relay_fixture import Document, tsv


@pytest.mark.parametrize("key", [True, False])
def test_who_comes_in_while_a_document_goes_to_another_relay_is_to_come_back(make_relay, key):
    relay = make_relay()
    document = Document(relay.url)
    document.put(tsv(3))
    touch = relay.hub.rooms._touch

    async def let_go(found):
        relay.hub.rooms._touch = touch
        await relay.hub.rooms.let_go(found.uuid)

    relay.hub.rooms._touch = let_go
    with document.viewer(document.key if key else None, say_hello=False) as viewer:
        viewer.send(**viewer._hello)
        assert viewer.next("bye", "error", "welcome")["type"] == "bye"
        assert viewer.close_code() == 4001
    with document.viewer() as viewer:
        assert viewer.welcome["state"]["table"]["rows"] == 3
