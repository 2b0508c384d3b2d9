"""The limits that both languages keep to: those in tests/golden/limits.json."""

from __future__ import annotations

from contract_fixture import contract

from tsvshare_widget import protocol, query, table

CONTRACT = contract("limits")


def test_the_limits_are_those_of_the_front_end() -> None:
    kept = {
        name: getattr(query if name == "MAX_TEXT" else protocol, name)
        for name in CONTRACT["limits"]
    }
    assert kept == CONTRACT["limits"]
    version = (protocol.PROTOCOL_VERSION, protocol.SUBPROTOCOL)
    assert version == (CONTRACT["version"], CONTRACT["subprotocol"])


def test_the_close_codes_and_which_of_them_are_final() -> None:
    codes = {name: code for name, code in vars(protocol.Close).items() if name.isupper()}
    assert codes == CONTRACT["close_codes"]
    for case in CONTRACT["final"]:
        assert protocol.Close.is_final(case["code"]) is case["final"]
    assert not protocol.Close.is_final(None)


def test_a_cell_is_cut_where_the_protocol_says() -> None:
    assert table.CELL_CHARACTERS == protocol.CELL_CHARACTERS
