"""The provider's side of the door: from a bundle on a medium to a case."""

from evidence.intake.errors import (
    ActorError,
    CaseError,
    CopyError,
    ImageError,
    IntakeError,
    RoomError,
)
from evidence.intake.listener import Listener
from evidence.intake.reception import Imported, import_bundle

__all__ = [
    "ActorError", "CaseError", "CopyError", "ImageError", "Imported", "IntakeError", "Listener",
    "RoomError", "import_bundle",
]  # fmt: skip
