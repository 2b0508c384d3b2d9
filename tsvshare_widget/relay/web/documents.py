"""``/d`` and below it: documents are made, looked up, taken back, deleted and moved, over HTTP."""

from __future__ import annotations

import secrets
from functools import partial
from html import escape
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from tsvshare_widget.document import Destination, Document, Taken, look_key_for, role_for
from tsvshare_widget.errors import BadValue, Deleted, Forbidden, Moved, NotFound
from tsvshare_widget.protocol import SetAccess, encode, new_key, parse_duration

from .administrator import is_administrator
from .creating import check_creator
from .desk_handler import KEY_HEADER, foreign_page, is_from_elsewhere
from .handler import Handler
from .pages import PageHandler
from .parsing import decode_json

UNCLEAN = frozenset(' "<>\\^`{|}#?@')
"""What never stands in the address of a relay."""

PERHAPS = (
    "the link may be incomplete, or the table was not used for so long that it was removed, or the "
    "notebook it came from has been closed"
)

Uuid = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z-]{1,64}$")]


class DocumentPage(PageHandler):
    """``GET /d/UUID``: the live table.  ``DELETE`` ends it, ``PATCH`` says until when it lives."""

    async def get(self, uuid: str) -> None:
        """Answer with the page; with another one if there is no such document."""
        try:
            await self.hub.documents.load(uuid)
        except Deleted as error:
            self._say_missing("There is no table here any more", error.message)
        except NotFound:
            self._say_missing("There is no table here", PERHAPS)
        except Moved:
            # Browsers take along what stands behind the # of the link: the key.
            document = await self.hub.documents.load_stored(uuid)
            assert document.moved is not None
            self.redirect(f"{document.moved.base}/d/{document.moved.uuid}", status=302)
        else:
            self.finish_page("shell.html", "../")

    def _say_missing(self, heading: str, words: str) -> None:
        words = words[:1].upper() + words[1:]
        self.finish_page("missing.html", "../", 404, heading=escape(heading), words=escape(words))

    async def delete(self, uuid: str) -> None:
        """Delete the document, for who has its key."""
        await self.hub.documents.admit(uuid, self.check_owner)
        await self.hub.links.delete(uuid)
        self.set_status(204)

    async def patch(self, uuid: str) -> None:
        """Say with ``{"keep": "30d"}`` when it ends, with ``null`` that it ends after its last use.

        ``{"look": false}`` closes the look-only link, and ``true`` opens it again.
        """
        await self.hub.documents.admit(uuid, self.check_owner)
        said = decode_json(self.body_text(), Patch, "what to change")
        asked = SetAccess(id=secrets.token_hex(8), look=said.look, keep=said.seconds)
        document = await self.hub.links.change(uuid, asked, by=None)
        self.finish_json(encode(self.described(document, self.key)))

    def described(self, document: Document, key: str | None) -> dict[str, Any]:
        """The links of a document, for who has ``key``, and when it ends."""
        view_url = f"{self.public_root()}d/{document.uuid}"
        look_key = look_key_for(document, key)
        look_url = f"{view_url}#k={look_key}" if look_key else view_url
        return {
            "uuid": document.uuid,
            "key": key,
            "url": f"{view_url}#k={key}",
            "view_url": None if document.look == "closed" else look_url,
            "look": document.look,
            "ends": document.ends,
        }


class Patch(msgspec.Struct, forbid_unknown_fields=True):
    """What ``PATCH /d/UUID`` changes."""

    keep: str | float | msgspec.UnsetType | None = msgspec.UNSET
    look: bool | None = None

    @property
    def seconds(self) -> float | None:
        """How long it is kept; 0: until some time after its last use; None: as it was."""
        if isinstance(self.keep, msgspec.UnsetType):
            return None
        return 0.0 if self.keep is None else parse_duration(self.keep)


class NewLinks(DocumentPage):
    """``POST /d/UUID/links``: the old links die, who used them is put out."""

    async def post(self, uuid: str) -> None:
        """Answer with the new links; ``X-TSVShare-New-Key`` may give the key, made at random.

        Who was not answered may ask the same once more, though the old key leads nowhere by now.
        """
        given = self.request.headers.get("X-TSVShare-New-Key")
        await self.hub.documents.admit(uuid, partial(self._check, given))
        key = given or new_key()
        asked = SetAccess(id=secrets.token_hex(8), key=key)
        document = await self.hub.links.change(uuid, asked, by=None)
        self.finish_json(encode(self.described(document, key)))

    def _check(self, given: str | None, document: Document) -> None:
        """Raise unless who asks owns the document, or the key that it is to be given is its own."""
        has_key = given is not None and document.key_hash is not None
        if not (has_key and role_for(document, given) == "edit"):
            self.check_owner(document)


class NewDocument(Handler):
    """``POST /d``: a new document with a key.  Not for pages from elsewhere."""

    async def post(self) -> None:
        """Answer with its UUID, its key and its two links; a key that is sent along is taken."""
        if is_from_elsewhere(self.request, self.hub.settings.origins):
            what = "documents are made from this relay's own pages or from programs"
            raise foreign_page(self.request, what)
        check_creator(self.hub.settings, self.request)
        document, key = await self.hub.documents.create(key=self.key)
        view_url = f"{self.public_root()}d/{document.uuid}"
        answer = {
            "uuid": document.uuid,
            "key": key,
            "url": f"{view_url}#k={key}",
            "view_url": view_url,
        }
        self.set_header("Location", view_url)
        self.finish_json(encode(answer), 201)


class StateOfDocument(Handler):
    """``GET /d/UUID/state``: what everyone sees, as JSON, and with the key what undos bring."""

    async def get(self, uuid: str) -> None:
        """Answer with ``{"epoch", "seq", "role", "state", "access", "saved"}``.

        Also with ``previous``, what an undo returns to, and ``earlier``, what was before that.
        """
        document = await self.admit_viewer(uuid)
        is_owner = self._is_owner(document)
        answer = {
            "epoch": document.epoch,
            "seq": document.seq,
            "role": "edit" if is_owner else "look",
            "state": document.state,
            "access": document.access,
            "previous": document.previous if is_owner else None,
            "earlier": [each.state for each in document.earlier] if is_owner else [],
            "saved": document.saved,
        }
        self.finish_json(encode(answer))

    def _is_owner(self, document: Document) -> bool:
        try:
            self.check_owner(document)
        except Forbidden:
            return False
        return True


class Move(Handler):
    """``POST /d/UUID/move``: its links lead to another relay from now on."""

    async def post(self, uuid: str) -> None:
        """Take ``{"base", "uuid", "table", "bytes"}``: where it is, what was taken along."""
        await self.hub.documents.admit(uuid, self.check_owner)
        said = decode_json(self.body_text(), Moving, "where it is now")
        is_run_by = is_administrator(self.hub.settings, self.request)
        base = check_base(said.base) if said.base or not is_run_by else ""
        taken = Taken(said.table, said.bytes, said.version if is_run_by else None)
        to = Destination(base=base, uuid=said.uuid)
        await self.hub.links.move(uuid, to, taken, by_administrator=is_run_by)
        self.set_status(204)


class Moving(msgspec.Struct, forbid_unknown_fields=True):
    """What ``POST /d/UUID/move`` is told.

    Whoever runs the relay may say the ``version`` that was taken, epoch and revision, and no
    ``base`` where that is as before.
    """

    base: str
    uuid: Uuid
    table: str | None = None
    bytes: int = 0
    version: tuple[str, int] | None = None


def check_base(base: str) -> str:
    """The base URL of a relay.  Raises :class:`BadValue` for what browsers must not be led to."""
    parts = urlsplit(base)
    is_clean = base.isascii() and base.isprintable() and not {*base} & UNCLEAN
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_clean:
        raise BadValue(f"{base[:100]!r} is not the address of a relay")
    return base.rstrip("/")


class NewTicket(Handler):
    """``POST /d/UUID/ticket``: a pass for a download, for who may look; from any page."""

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        super().set_default_headers()
        self.allow_any_origin()

    def options(self, uuid: str) -> None:
        """Tell a browser that any page may ask, given the key."""
        self.set_header("Access-Control-Allow-Methods", "POST")
        self.set_header("Access-Control-Allow-Headers", KEY_HEADER)
        self.set_status(204)

    async def post(self, uuid: str) -> None:
        """Answer with ``{"ticket"}``, for ``GET /d/UUID/table?ticket=``."""
        await self.admit_viewer(uuid)
        self.finish_json(encode({"ticket": self.tickets.issue(uuid)}))
