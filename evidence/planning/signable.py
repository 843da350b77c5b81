"""What of a request is signed as it is: refused at once where no reader would take it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import msgspec

from chain_of_custody.canonical import Model
from chain_of_custody.documents import MAX_EVENT
from chain_of_custody.manifest import CaseId
from collectors.told import ToldError
from evidence.sentences import SENTENCES
from evidence.writing.history import Presence

if TYPE_CHECKING:
    from evidence.planning.request import Request

_MOST = MAX_EVENT // 2  # bytes: the rest of a first event is far below the other half


class RequestError(ToldError):
    """A request that can't be signed as it is; names the field. Nothing was begun."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class _Signed(Model, frozen=True):
    """Fields of a request in the forms that a reader of the bundle will insist on."""

    algorithms: tuple[Annotated[str, msgspec.Meta(pattern=r"\A(sha256|sha1|md5)\Z")], ...]
    case_id: CaseId
    challenge: str | None
    presence: Presence
    profile: Literal["quick", "standard", "full"]


def check_signable(request: Request) -> None:
    """Refuse what would make a bundle that can't be written to its end, or never be read.

    Raises:
        RequestError: in one line, naming the first such field.
    """
    size = 0
    for field in msgspec.structs.fields(_Signed):
        try:
            raw = msgspec.json.encode(getattr(request, field.name))
            msgspec.json.decode(raw, type=field.type)
        except UnicodeEncodeError as error:
            raise RequestError("request.no_text", field=field.name) from error
        except (msgspec.MsgspecError, TypeError) as error:
            raise RequestError("request.unfit", field=field.name, why=error) from error
        size += len(raw)
    if size > _MOST:
        raise RequestError("request.long", size=size >> 10, most=_MOST >> 10)
