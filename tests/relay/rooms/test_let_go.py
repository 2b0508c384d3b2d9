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


def test_who_comes_to_a_relay_that_goes_is_not_taken_in_to_be_put_out(make_relay):
    relay = make_relay()
    document = Document(relay.url)
    document.put(tsv(3))
    with document.viewer() as early:
        relay.run(relay.hub.say_bye())
        assert early.next("bye")["retry_ms"] > 0
    with document.viewer(say_hello=False) as late:
        late.send(**late._hello)
        assert late.next("bye", "error", "welcome")["type"] == "bye"
