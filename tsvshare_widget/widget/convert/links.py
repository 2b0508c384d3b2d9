"""The links of a document as a value, and who can open them, in words; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tsvshare_widget.client.proxies import is_loopback


@dataclass(frozen=True)
class Links:
    """The links of a document; shown without the key, which notebooks would save.

    ``full`` lets people turn pages and upload, ``look`` lets them look.  ``reach`` says who can
    open them.
    """

    full: str = field(repr=False)
    look: str
    reach: str

    def __repr__(self) -> str:
        return f"{self.look}  (look only; w.url is the full link)\n{self.reach}"


def describe_reach(url: str, *, is_here: bool) -> str:
    """Who can open a link, as a sentence.

    ``is_here``: it leads to the relay of this process, which ends with it.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        network = "w.share_on_network() lets in the network, " if is_here else ""
        return (
            f"Only who is on this computer can open these links: {network}w.publish(relay) moves "
            "the table to a relay that others reach."
        )
    if not host:  # a path on the Jupyter Server, whose address nobody has said yet
        return "Everyone who reaches this Jupyter server, and is let in, can open these links."
    if not is_here:
        return f"Everyone who reaches {parts.scheme}://{parts.netloc} can open these links."
    secret = (
        "What they send and see is encrypted."
        if parts.scheme == "https"
        else "Nothing is encrypted: who can listen in on the network sees the table and the keys."
    )
    return (
        f"Everyone who reaches this computer at {host} port {parts.port} and has a link can open "
        f"it, as long as this kernel runs; without a link nobody finds the table. {secret}"
    )
