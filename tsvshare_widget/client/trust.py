"""Which certificates count over TLS: the system's, and that of the own Jupyter Server.

Contexts are made anew each time, so that ``SSL_CERT_FILE`` counts whenever it was set.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

KERNELS_URL = "TSVSHARE_JUPYTER_URL"
KERNELS_CERTIFICATE = "TSVSHARE_JUPYTER_CERTIFICATE"
"""The environment variables in which a Jupyter Server tells its kernels where its relay is, and the
certificate that it shows there, in PEM."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def context_for(base: str, environ: Mapping[str, str] = os.environ) -> ssl.SSLContext | None:
    """What a connection to the relay at ``base`` trusts; None where it is without TLS.

    Raises ``OSError`` for a file of certificates that cannot be read.
    """
    if urlsplit(base).scheme != "https":
        return None
    pem = environ.get(KERNELS_CERTIFICATE)
    if pem and _origin(base) == _origin(environ.get(KERNELS_URL, "")):
        return _trusting_alone(pem)
    return ssl.create_default_context()


def first_certificate(pem: str) -> str | None:
    """The certificate that a server shows, out of its file, which may hold more and its key."""
    found = _CERTIFICATE.search(pem)
    return found and found[0]


def untrusted(error: BaseException) -> str | None:
    """What to say of a certificate that is not trusted; None for another error."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return None
    return (
        f"its certificate is not trusted here ({error.verify_message}); SSL_CERT_FILE can name "
        "a file of those that are"
    )


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _trusting_alone(pem: str) -> ssl.SSLContext:
    """Trust who has the key of this very certificate, whatever name it is for.

    That is safer than a name: a server is often reached by another one from its own computer.
    """
    context = ssl.create_default_context(cadata=pem)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # which few of those made at home pass
    return context
