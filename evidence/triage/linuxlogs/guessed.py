"""Sign-ins by SSH as `Following` wants them: by password alone, since a key is not guessed."""

from __future__ import annotations

from evidence.triage.linuxlogs.messages import Found
from evidence.triage.linuxlogs.stamp import Stamp
from evidence.triage.signins.following import Rules
from evidence.triage.signins.signin import FAILED, SIGNED_IN, Record, SignIn
from evidence.triage.signins.when import When, of_head

TABLE = "ssh_signins"
RULES = Rules("ssh", "ssh_guess_then_signin", "ssh_guesses_then_signin")
_WHAT = {"accepted": SIGNED_IN, "failed": FAILED}
_GUESSED = ("password", "keyboard-interactive")  # what OpenSSH calls them; /pam may follow


def record_of(stamp: Stamp, found: Found) -> Record | None:
    """One that tells of a password, right or wrong; else None.

    That a name is unknown counts for nothing: it is written of keys as well, and beside the
    failure of its password.
    """
    what = _WHAT.get(found.message.what)
    if what is None or not (found.cells["method"] or "").startswith(_GUESSED):
        return None
    signin = SignIn(what=what, user=found.cells["user"], address=found.cells["address"])
    when = of_head(stamp) if stamp.at is None else When(at=stamp.at)
    return Record(when=when, device=found.host, signin=signin)
