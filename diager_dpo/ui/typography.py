"""French as French is set: typographic apostrophes, narrow no-break spaces around what French keeps apart."""

import re

#: U+202F. A line never begins with a colon or a question mark, and never ends with an opening quotation mark.
NARROW = "\u202f"

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
#: After a word, whether a space is there or not; a colon only where the sentence goes on after a space.
_AFTER_A_WORD = re.compile(r"(?<=[\w»)}\]*%])[ \u00a0\u202f]*(:(?=[\s*]|$)|[;!?](?=[\s*»]|$))")
#: After a space, whatever stands before it; Markdown's own ``:red-badge[`` is none of it.
_AFTER_A_SPACE = re.compile(r"[ \u00a0]+(:(?![a-z])|[;!?»])")
_OPENING = re.compile(r"«[ \u00a0\u202f]*")


def in_french(text: str) -> str:
    """The text with its apostrophes and spaces as French sets them; what Markdown reads is left alone."""
    text = _APOSTROPHE.sub("\u2019", text)
    text = _AFTER_A_WORD.sub(rf"{NARROW}\1", text)
    text = _AFTER_A_SPACE.sub(rf"{NARROW}\1", text)
    return _OPENING.sub(f"«{NARROW}", text)
