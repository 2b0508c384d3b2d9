"""Who is who: ids that nobody else can take."""

from relay_fixture import wait_for

from tsvshare_widget.relay.rooms.identities import MOST_KNOWN, Identities


def test_an_id_belongs_to_who_said_it_first_and_to_who_has_its_token():
    known = Identities()
    assert known.identify("a", None) == "a"
    token = known.token("a")
    assert known.identify("a", token) == "a"
    for wrong in (None, "", token[:-1], known.token("b"), "\u00e9"):
        other = known.identify("a", wrong)
        assert other not in ("a", "")
        assert known.identify(other, known.token(other)) == other
    assert known.identify("b", None) == "b"


def test_only_so_many_ids_are_remembered():
    known = Identities()
    for number in range(MOST_KNOWN + 5):
        known.identify(str(number), None)
    assert len(known._known) == MOST_KNOWN


def test_who_may_only_look_takes_no_editors_place(document):
    with document.editor(cid="a", name="Ada") as ann:
        with document.viewer(cid="a", name="Eve") as eve:
            assert ann.welcome["you"] == "a"
            assert eve.welcome["you"] != "a"
            seen = ann.next("presence")
            while len(seen["people"]) < 2:
                seen = ann.next("presence")
        people = {person["cid"]: (person["name"], person["role"]) for person in seen["people"]}
        assert people["a"] == ("Ada", "edit")
        assert people[eve.welcome["you"]] == ("Eve", "look")


def test_who_comes_back_with_the_token_is_the_same_one(document):
    with document.editor(cid="a") as ann:
        token = ann.welcome["token"]
        with document.viewer(say_hello=False) as again:
            again.send(type="hello", v=1, cid="a", key=document.key, token=token)
            welcome = again.next("welcome")
            assert (welcome["you"], welcome["token"]) == ("a", token)
        wait_for(lambda: ann.next("presence")["viewers"] == 1)
