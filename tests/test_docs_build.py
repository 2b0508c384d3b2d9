"""The docs can be built, without a warning, and what is made from the code is in them."""

import re
from pathlib import Path

import pytest

pytest.importorskip("sphinx", reason="the docs need the extra docs: pip install -e '.[docs]'")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


# What Sphinx itself will have to change is for it to know.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_the_docs_can_be_built(tmp_path: Path) -> None:
    from sphinx.cmd.build import build_main

    options = ["--quiet", "--fail-on-warning", "--keep-going", "--builder", "html"]
    assert build_main([*options, str(ROOT / "docs"), str(tmp_path)]) == 0
    pages = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")}
    assert len(re.findall("<svg class=.sequence", pages["architecture"])) == 4
    assert "wrong_version" in pages["reference"]
    assert 'id="struct-hello"' in pages["protocol"]
    assert "TSVShare.append" in pages["api"]
    assert "First success" in pages["guide"]
    for name, page in pages.items():
        addresses = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', page)
        assert not addresses, f"{name} is not to need the network"
