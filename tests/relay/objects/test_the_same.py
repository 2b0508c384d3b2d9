"""A relay whose tables are in an object store does the same: its tests once more."""

import pytest
from again_fixture import run_again
from objects_fixture import ON_STORE

pytest.importorskip("obstore", reason="needs the extra tsvshare-widget[cluster]")

INSIDE = [
    "test_without_a_folder_documents_go_with_their_relay",
    "test_a_damaged_document_costs_no_other_one",
    "test_an_upload_replaces_a_table_that_is_being_read_anew",
    "test_what_was_never_told_of_is_shown_once_what_keeps_the_table_answers",
]
"""Tests that look for tables in the folder, or change them there, which is a cache here."""


@pytest.mark.exhaustive
@pytest.mark.timeout(1800)
def test_a_relay_on_a_store_does_all_that_it_does_without():
    run_again(["changes"], without=INSIDE, **{ON_STORE: "1"})
