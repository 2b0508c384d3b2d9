"""Names that are set on a widget and that it does not have, such as mistyped ones."""

from __future__ import annotations

from .traits import OBSERVABLE


def refuse_unknown(kind: type, ours: type, name: str) -> None:
    """Raise ``AttributeError`` for a name that widgets of a ``kind`` made from ``ours`` lack.

    Subclasses may have what they want; so may the classes that traitlets makes of this one.
    """
    package = __package__.partition(".")[0]
    added = [each for each in kind.__mro__ if each not in ours.__mro__]
    own = [each for each in added if each.__name__ != "TSVShare"]
    if all(each.__module__.partition(".")[0] == package for each in own):
        import difflib  # only here, where somebody has mistyped something

        names = [each for each in dir(kind) if not each.startswith("_")]
        near = difflib.get_close_matches(name, [*OBSERVABLE, *names], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"a TSVShare has no {name!r} that could be set{hint}")
