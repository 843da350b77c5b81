"""Certificates that strangers made: read whole, or refused.

The library reads a certificate's version at once, its names when they are asked for, and warns of
what a later release of it will refuse. None of that may come as a surprise to a verifier.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Iterator

from cryptography import x509


@contextlib.contextmanager
def strictly() -> Iterator[None]:
    """Within it, whatever the library says of a certificate that it can't read is a ValueError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            yield
    except (TypeError, x509.InvalidVersion, UserWarning) as error:
        raise ValueError(str(error)) from error


def read_names(certificates: Iterable[x509.Certificate]) -> None:
    """Read the names now.

    Raises:
        ValueError: within `strictly`, one that can't be read.
    """
    for each in certificates:
        for name in (each.issuer, each.subject):
            name.public_bytes()


def readable(encoded: Iterable[bytes]) -> list[x509.Certificate]:
    """Those that can be read whole, of certificates as DER.

    Some authorities send old roots along that no strict reader takes; they are no link, no fault.
    """
    found = []
    for each in encoded:
        with contextlib.suppress(ValueError), strictly():
            certificate = x509.load_der_x509_certificate(each)
            read_names([certificate])
            found.append(certificate)
    return found
