"""What a process that answers questions is started with."""

import pytest

from tsvshare_widget.relay.queries import starting
from tsvshare_widget.relay.queries.starting import AVX512, environment, is_zen_4

LINUX = "processor\t: 0\nvendor_id\t: {}\ncpu family\t: {}\nmodel\t\t: 17\n"
WINDOWS = "AMD64 Family {} Model 97 Stepping 2, {}"


@pytest.mark.parametrize(
    ("processor", "is_one"),
    [
        (LINUX.format("AuthenticAMD", 25), True),
        (WINDOWS.format(25, "AuthenticAMD"), True),
        (LINUX.format("AuthenticAMD", 26), False),
        (LINUX.format("GenuineIntel", 25), False),
        (WINDOWS.format(6, "GenuineIntel"), False),
        ("", False),
    ],
)
def test_sorting_does_without_instructions_that_are_slow(processor, is_one, monkeypatch):
    monkeypatch.delenv("NPY_DISABLE_CPU_FEATURES", raising=False)
    monkeypatch.setattr(starting, "_processor", lambda: processor)
    assert is_zen_4(processor) == is_one
    assert environment().get("NPY_DISABLE_CPU_FEATURES") == (AVX512 if is_one else None)
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "")
    assert not environment()["NPY_DISABLE_CPU_FEATURES"]
