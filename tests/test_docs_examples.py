"""The examples in docs/ do what they show."""

import doctest
import re
from pathlib import Path

import pytest

from tsvshare_widget import TSVShare

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ["scripts", "tables"]


def examples(page: str) -> str:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```pycon\n(.+?)```", text, re.S))


@pytest.mark.parametrize("page", PAGES)
def test_examples_do_what_they_show(page, relay, document, monkeypatch):
    opened = []
    connect = TSVShare._connect

    def connect_and_remember(widget):
        opened.append(widget)
        connect(widget)

    monkeypatch.setattr(TSVShare, "_connect", connect_and_remember)
    document.put(b"gene\treads\n" + b"".join(b"g%d\t%d\n" % (i, i) for i in range(250)))
    names = {"relay": relay.url, "url": f"{document.url}#k={document.key}"}
    test = doctest.DocTestParser().get_doctest(examples(page), names, page, None, 0)
    assert test.examples
    said: list[str] = []
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags)
    try:
        runner.run(test, out=said.append, clear_globs=False)
    finally:
        for widget in opened:
            widget.close()
    assert runner.failures == 0, "".join(said)


def test_every_page_with_examples_is_run():
    with_examples = [page.stem for page in DOCS.glob("*.md") if "```pycon" in page.read_text()]
    assert sorted(with_examples) == sorted(PAGES)
