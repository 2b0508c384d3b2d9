"""Every exception of the package, each with its wire code and HTTP status.

    TSVShareError
    ├── BadRequest          bad_request   400  not a message or request we know
    │   ├── BadValue        bad_value     400  a known request with an impossible value
    │   ├── NoSuchPage      no_such_page  400  a page outside the view
    │   └── WrongVersion    wrong_version 400  the other side speaks another major version
    ├── Forbidden           forbidden     403  looking is allowed, changing is not
    │   ├── WrongKey        wrong_key     403  the key does not open this document
    │   ├── LoginNeeded     login_needed  403  a login of whoever guards the relay is wanted first
    │   └── TokenNeeded     token_needed  401  new documents are for those who have a token
    ├── Revoked             revoked       403  this link was taken back
    ├── WrongHost           wrong_host    421  asked by a name that the relay does not answer to
    ├── NotFound            not_found     404  no such document, table or cell
    │   └── Deleted         deleted       404  somebody with the key has deleted the document
    ├── Moved               moved         410  the document is on another relay now
    ├── Stale               stale         409  made against a table that was replaced
    ├── NotYet              not_yet       409  possible only when all of the table has come
    ├── Superseded          superseded    409  a newer upload or reading took this one's place
    ├── TooLarge            too_large     413  over the relay's limit
    ├── TooMany             too_many      429  as many as the relay allows at a time
    ├── DiskFull            disk_full     507  the relay's disk has no room for it
    ├── BadTable            bad_table     422  bytes that cannot be shown as a table
    │   └── Damaged         damaged       422  bytes that are not those that were stored
    ├── TooSlow             too_slow      422  a question that takes longer than is allowed
    ├── TooMuchMemory       too_much_memory 422  a question that takes more than is allowed
    ├── Cancelled           cancelled     409  who asked does not want the answer any more
    ├── UploadBroken        upload_broken 400  the upload stopped before its end
    ├── Unavailable         unavailable   503  the relay cannot be reached or is going away
    │   ├── EngineDown      engine_down   503  what keeps several relays in step does not answer
    │   └── Elsewhere       elsewhere     503  another relay has the document just now
    └── TimedOut            timed_out     504  no answer within the time given

The code is stable and meant for programs; the message is meant for people and says what was
wrong, where, and what to do.  Only :func:`from_code` turns codes back into exceptions.
"""

from __future__ import annotations

from . import error_display


class TSVShareError(Exception):
    """Base of all errors raised on purpose by this package."""

    code = "error"
    status = 500

    @property
    def message(self) -> str:
        """The sentence for people."""
        return str(self)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: see :mod:`.error_display`."""
        return error_display.render(self)


class BadRequest(TSVShareError, ValueError):
    """A message or request that is not one we know."""

    code = "bad_request"
    status = 400


class BadValue(BadRequest):
    """A known request with a value that is impossible."""

    code = "bad_value"


class NoSuchPage(BadRequest):
    """A page number outside the view."""

    code = "no_such_page"


class WrongVersion(BadRequest):
    """The other side speaks another major version of the protocol."""

    code = "wrong_version"


class Forbidden(TSVShareError, PermissionError):
    """The link in use allows looking, not changing."""

    code = "forbidden"
    status = 403


class WrongKey(Forbidden):
    """A key was given and it does not open this document."""

    code = "wrong_key"


class LoginNeeded(Forbidden):
    """Who asks is to log in first, to the Jupyter Server or JupyterHub that the relay is in."""

    code = "login_needed"


class TokenNeeded(Forbidden):
    """Documents are made on this relay by those who have its token, and none was given."""

    code = "token_needed"
    status = 401


class Revoked(TSVShareError, PermissionError):
    """A link that somebody with the full link has taken back."""

    code = "revoked"
    status = 403


class WrongHost(TSVShareError):
    """A relay asked by a name that it does not answer to."""

    code = "wrong_host"
    status = 421


class NotFound(TSVShareError, LookupError):
    """No such document, table or cell on this relay."""

    code = "not_found"
    status = 404


class Deleted(NotFound):
    """A document that somebody with its key has deleted, or whose time is over."""

    code = "deleted"


class Moved(TSVShareError):
    """A document that is on another relay now."""

    code = "moved"
    status = 410


class Stale(TSVShareError):
    """An operation made against a table that has been replaced since."""

    code = "stale"
    status = 409


class NotYet(TSVShareError):
    """An operation on a whole table of which not all has come."""

    code = "not_yet"
    status = 409


class Superseded(TSVShareError):
    """An upload, or a new reading, that a newer one for the same document replaced."""

    code = "superseded"
    status = 409


class TooLarge(TSVShareError):
    """More bytes than the relay accepts."""

    code = "too_large"
    status = 413


class TooMany(TSVShareError):
    """One more than the relay allows at a time."""

    code = "too_many"
    status = 429


class DiskFull(TSVShareError):
    """The relay's disk has no room for it; what was there is as it was."""

    code = "disk_full"
    status = 507


class BadTable(TSVShareError, ValueError):
    """Bytes that cannot be shown as a table."""

    code = "bad_table"
    status = 422


class Damaged(BadTable):
    """A table of which not what was stored comes back from where it is kept."""

    code = "damaged"


class TooSlow(TSVShareError):
    """A question whose answer takes longer than the relay allows."""

    code = "too_slow"
    status = 422


class TooMuchMemory(TSVShareError):
    """A question whose answer takes more memory than the relay allows."""

    code = "too_much_memory"
    status = 422


class Cancelled(TSVShareError):
    """A question that who asked it, or a newer one in its place, has ended."""

    code = "cancelled"
    status = 409


class UploadBroken(TSVShareError):
    """An upload that ended before all of its bytes had come."""

    code = "upload_broken"
    status = 400


class Unavailable(TSVShareError, ConnectionError):
    """The relay cannot be reached, or is going away."""

    code = "unavailable"
    status = 503


class EngineDown(Unavailable):
    """What keeps several relays in step does not answer, so nothing can be changed."""

    code = "engine_down"


class Elsewhere(Unavailable):
    """A document that another relay of the same cluster has just now."""

    code = "elsewhere"


class TimedOut(TSVShareError, TimeoutError):
    """No answer within the time given."""

    code = "timed_out"
    status = 504


def _tree(base: type[TSVShareError]) -> dict[str, type[TSVShareError]]:
    found = {base.code: base}
    for child in base.__subclasses__():
        found |= _tree(child)
    return found


def from_code(code: str, message: str) -> TSVShareError:
    """Return the exception a wire ``code`` stands for; an unknown code gives the base class."""
    return _tree(TSVShareError).get(code, TSVShareError)(message)
