"""The face for a terminal of 80 columns and 24 lines or more: draws pages, hears keys, no more."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from evidence.wizard.guide import STEPS
from evidence.wizard.loop import QuietLoop

if TYPE_CHECKING:
    from textual.events import Key

    from evidence.wizard.guide import Guide
    from evidence.wizard.pages import Page

_EVERY = 0.2  # seconds between two looks at the work
_SETTLE = 0.7  # seconds in which an Enter still means the page before, and answers no passphrase
_PARTS = ("title", "banner", "text", "square", "foot")
_ARROWS = ("up", "down", "right", "left")
_STOP = ("9", "q", "escape")
_BACK = ("0", "backspace")


class Face(App[None]):
    """One page at a time. Colours are never the only sign of anything."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: #101820; color: #f4f4f4; }
    #title { background: #f4f4f4; color: #101820; padding: 0 2; text-style: bold; }
    #banner { background: #ffd200; color: #101820; padding: 0 2; text-style: bold; }
    #body { height: 1fr; }
    #text { padding: 1 0 0 2; width: 1fr; }
    #square { width: auto; color: #ffffff; background: #000000; padding: 0; }
    #foot { padding: 0 2; color: #c8d4de; }
    """
    BINDINGS: ClassVar = [  # both would end the program at once
        ("ctrl+c", "ask_stop", ""),
        ("ctrl+q", "ask_stop", ""),
    ]

    def __init__(self, guide: Guide) -> None:
        super().__init__()
        self.fault: Exception | None = None
        self._guide = guide
        self._at: int | None = None
        self._typed = ""
        self._settled = 0.0
        """Of a passphrase, which only leaves from here."""
        self._shown: Page | None = None
        # Kept, not looked up: a last tick may come when the screen is being taken down.
        self._parts = {name: Static(id=name) for name in _PARTS}

    def compose(self) -> ComposeResult:
        """Title, banner, text beside a square, and what the keys do."""
        yield self._parts["title"]
        yield self._parts["banner"]
        with Horizontal(id="body"):
            yield self._parts["text"]
            yield self._parts["square"]
        yield self._parts["foot"]

    def on_mount(self) -> None:
        """Draw, and look at the work now and then."""
        self._draw()
        self.set_interval(_EVERY, self._tick)

    def _tick(self) -> None:
        self._do(self._guide.tick)

    def _do(self, step: Callable[[], None]) -> None:
        """A step of the guide, and what then is to be seen; a fault of ours ends the screens.

        They would be left in a state in which nobody could read what went wrong.
        """
        try:
            step()
            self._draw()
        except Exception as error:  # noqa: BLE001 - raised again where it can be told
            self.fault = error
            self.exit()

    def action_ask_stop(self) -> None:
        """Ask whether to stop."""
        self._do(self._guide.ask_stop)

    def on_key(self, event: Key) -> None:
        """A digit chooses, arrows move, Enter takes what is marked."""
        self._do(partial(self._key, event))

    def _key(self, event: Key) -> None:
        page = self._guide.page()
        if page.secret:
            self._hear(event)
            return
        key = unicodedata.normalize("NFKC", event.character or event.key)
        key = key if key.isdecimal() else event.key  # in full width with an input method on
        if key in _STOP:
            self._guide.ask_stop()
        elif key in _BACK:
            self._guide.back()
        elif key.isdecimal():
            self._guide.press(int(key))
        elif key in _ARROWS:
            self._move(page, _ARROWS.index(key))
        elif key == "enter" and self._at is not None:
            self._guide.press(self._at + 1)

    def _hear(self, event: Key) -> None:
        """A key of a passphrase: digits are part of one, and stop nothing."""
        if event.key == "escape":
            self._guide.ask_stop()
        elif event.key == "enter" and (self._typed or time.monotonic() > self._settled):
            typed, self._typed = self._typed, ""
            self._guide.unlock(typed)
        elif event.key == "backspace":
            self._typed = self._typed[:-1]
        elif event.is_printable and event.character is not None:
            self._typed += event.character

    def _move(self, page: Page, arrow: int) -> None:
        if page.turns:
            self._guide.turn(STEPS[arrow])
        elif page.choices and arrow < 2:  # up, down
            at = self._at if self._at is not None else (len(page.choices), -1)[arrow]
            self._at = (at + (-1, 1)[arrow]) % len(page.choices)

    def _draw(self) -> None:
        if self._guide.closed:
            self.exit()
            return
        page = self._guide.page()
        if page.secret and (self._shown is None or not self._shown.secret):
            self._settled = time.monotonic() + _SETTLE
        if self._shown is None or self._shown.choices != page.choices:
            # Of several answers none is marked for anybody: an Enter too many answers nothing.
            self._at = 0 if len(page.choices) < 2 or page.turns else None
        self._shown = page
        self._set("title", Text(page.title))
        self._set("banner", Text(page.banner))
        self._parts["banner"].display = bool(page.banner)
        self._set("text", self._text(page))
        self._set("square", Text("\n".join(page.square)))
        self._parts["square"].display = bool(page.square)
        self._set("foot", Text(page.foot))

    def _set(self, name: str, text: Text) -> None:
        self._parts[name].update(text)

    def _text(self, page: Page) -> Text:
        text = Text("\n".join(page.lines))
        if page.secret:
            text.append("\n\n > " + "*" * len(self._typed))
        if page.choices:
            text.append("\n")
        for number, choice in enumerate(page.choices, start=1):
            marked = self._at == number - 1 and not page.turns
            lines = choice.replace("\n", "\n     ")
            text.append("\n")
            text.append(f" {number}  {lines}", style="reverse bold" if marked else "")
        return text


def run(guide: Guide) -> None:
    """Lead somebody through, on this terminal.

    Raises:
        Exception: a fault of ours on the way, the terminal being as it was before.
    """
    face = Face(guide)
    face.run(mouse=False, loop=QuietLoop())
    if face.fault is not None:
        raise face.fault
