"""Reading an age file with suspicion: its header counted, its plaintext as a stream.

pyrage decrypts, so that what our own writer wrote is opened by code that isn't ours.
"""

from __future__ import annotations

import queue
import re
import threading
from io import BufferedReader, FileIO

import pyrage

from chain_of_custody.errors import (
    AlteredError,
    CustodyError,
    IncompleteError,
    UnusableError,
    unread,
)
from chain_of_custody.manifest import MAX_RECIPIENTS

_VERSION = b"age-encryption.org/v1\n"
# A stanza is two lines, a key share and a wrapped file key of 32 bytes each; then comes the MAC.
_SHARE = re.compile(rb"-> X25519 [A-Za-z0-9+/]{43}\n")
_BODY = re.compile(rb"[A-Za-z0-9+/]{43}\n")
_MAC = re.compile(rb"--- [A-Za-z0-9+/]{43}\n")
_LONGEST = 64  # bytes; more than the longest line of such a header
PIECE = 256 << 10  # bytes of plaintext handed over at once; pyrage gives 8 KiB at a time
_END = bytearray()


def altered(name: str, why: object) -> AlteredError:
    """It was changed after it was closed."""
    return AlteredError(4, "bad_container", name=name, why=why)


def unfit(name: str, why: object) -> UnusableError:
    """It was never of the one form that this format has."""
    return UnusableError(4, "bad_container", name=name, why=why)


def count_stanzas(name: str, file: FileIO) -> int:
    """How many recipients the header of an age file names.

    Only a header of the one form that this format has is passed on to the library, which would
    read a longer one again and again from its beginning.

    Raises:
        UnusableError: no age file, or one of another kind than this format has.
        AlteredError: its header is damaged, or can't be read.
    """
    lines = BufferedReader(file, 4096)
    try:
        return _stanzas_in(name, lines)
    except OSError as error:
        raise unread(4, f"data/{name}", error) from error
    finally:
        lines.detach()


def _stanzas_in(name: str, lines: BufferedReader[FileIO]) -> int:
    if lines.readline(_LONGEST) != _VERSION:
        raise unfit(name, "not an age file")
    count = 0
    while not _MAC.fullmatch(line := lines.readline(_LONGEST)):
        if line.startswith(b"-> ") and not line.startswith(b"-> X25519 "):
            raise unfit(name, "a recipient of another kind than X25519")
        if not _SHARE.fullmatch(line) or not _BODY.fullmatch(lines.readline(_LONGEST)):
            raise altered(name, "its age header is damaged")
        count += 1
        if count > MAX_RECIPIENTS:
            raise unfit(name, f"more than {MAX_RECIPIENTS} recipients")
    return count


class _Heard:
    """A file that remembers what the medium said: of its first reads pyrage tells in words."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def read(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            OSError: the medium failed.
        """
        try:
            return self._file.read(size)
        except OSError as error:
            self.error = error
            raise


class Decryption:
    """The plaintext of an age file, decrypted by pyrage in a thread of its own.

    What comes out is authenticated chunk by chunk; that it is complete is known only at the end.
    """

    def __init__(self, name: str, file: FileIO, identities: list[pyrage.x25519.Identity]) -> None:
        self._name = name
        self._pieces: queue.Queue[bytearray] = queue.Queue(maxsize=8)
        self._held = bytearray()
        self._left = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(file, identities), daemon=True)
        self._thread.start()

    def _run(self, file: FileIO, identities: list[pyrage.x25519.Identity]) -> None:
        heard = _Heard(file)
        try:
            pyrage.decrypt_io(heard, self, identities)
            self._pieces.put(self._held)
        except (pyrage.DecryptError, OSError, ValueError) as error:
            self._error = self._refusal(heard.error or error)
        except BaseException as error:  # noqa: BLE001 - raised again by who reads: no fault of the bundle
            self._error = error
        finally:  # whatever ended it, nobody may wait for more
            self._pieces.put(_END)

    def _refusal(self, error: Exception) -> CustodyError:
        if "No matching keys" in str(error):
            why = "none of the given identities opens it"
            return IncompleteError(4, "bad_container", name=self._name, why=why)
        if isinstance(error, OSError) and error.errno is not None:  # the medium's, not the cipher's
            return unread(4, f"data/{self._name}", error)
        return altered(self._name, f"decryption fails: {error}")

    def write(self, data: bytes) -> int:
        """Take plaintext from the decrypting thread; waits while nobody reads."""
        if self._left:
            raise OSError("no longer read")
        self._held += data
        if len(self._held) >= PIECE:
            self._pieces.put(self._held)
            self._held = bytearray()
        return len(data)

    def flush(self) -> None:
        """What is held is passed on when there is enough of it, or at the end."""

    def read(self) -> bytes | bytearray:
        """The next plaintext, of any length; nothing at the end.

        Raises:
            CustodyError: decryption failed; what was read before is not to be trusted.
            BaseException: whatever else ended the thread; it says nothing of the bundle.
        """
        piece = self._pieces.get()
        if piece is _END:
            self._pieces.put(_END)
            if self._error is not None:
                raise self._error
        return piece

    def abandon(self) -> None:
        """End the thread, whatever it still has."""
        self._left = True
        while self._thread.is_alive():
            try:
                self._pieces.get(timeout=0.05)
            except queue.Empty:
                continue
        self._thread.join()
