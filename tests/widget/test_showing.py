"""Where a widget is shown: cells and views that come and go."""

from tsvshare_widget.widget.live.showing import ANSWER_SECONDS, Showing


def test_a_cell_shows_a_widget_until_it_runs_again():
    showing = Showing()
    assert not showing.is_shown
    showing.display("a")
    showing.run_again("b", 0.0)
    assert showing.is_shown
    showing.run_again("a", 0.0)
    assert not showing.is_shown


def test_several_cells_may_show_it():
    showing = Showing()
    showing.display("a")
    showing.display("b")
    showing.run_again("a", 0.0)
    assert showing.is_shown


def test_a_notebook_that_is_closed_finds_it_when_it_is_opened_again():
    showing = Showing()
    showing.display("a")
    showing.greet("v")
    showing.leave("v")
    assert showing.is_shown


def test_a_view_elsewhere_shows_it_after_its_cell_ran_again():
    showing = Showing()
    showing.display("a")
    showing.greet("v")
    assert showing.run_again("a", 0.0)
    showing.greet("v")
    showing.expire(ANSWER_SECONDS + 1)
    assert showing.is_shown
    showing.leave("v")
    assert not showing.is_shown


def test_a_view_of_a_page_that_was_reloaded_is_taken_for_gone():
    showing = Showing()
    showing.display("a")
    showing.greet("before the reload")
    showing.run_again("a", 0.0)
    showing.expire(ANSWER_SECONDS - 1)
    assert showing.is_shown
    showing.expire(ANSWER_SECONDS + 1)
    assert not showing.is_shown


def test_what_was_displayed_nobody_knows_where_waits_for_its_view():
    showing = Showing()
    showing.display(None)
    showing.run_again("a", 0.0)
    assert showing.is_shown
    showing.greet("v")
    showing.leave("v")
    assert not showing.is_shown
