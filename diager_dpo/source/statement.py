"""One SELECT and nothing else: the text of a fact, looked at before any database sees it."""

import re

# A quoted text, a quoted name, a dollar-quoted text of PostgreSQL, a comment. `/*!` is code to MariaDB, so no comment.
_OPAQUE = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \$(\w*)\$.*?\$\1\$ | --[^\n]*(?:\n|\Z) | /\*(?!M?!).*?\*/""",
    re.VERBOSE | re.DOTALL,
)
_INTO = re.compile(r"\binto\b", re.IGNORECASE)  # a table in PostgreSQL, a file in MariaDB
_STARTS = re.compile(r"[\s(]*(?:select|with)\b", re.IGNORECASE)


class StatementError(ValueError):
    """``code``: ``several_statements`` or ``not_a_select``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def one_select(text: str) -> str:
    """The statement without its final semicolon; ``StatementError`` where it is not exactly one SELECT.

    A first look that gives a clear message. What really forbids writing is the account, the read-only transaction and,
    in SQLite, the authorizer (``connection``).
    """
    bare = _OPAQUE.sub(lambda match: " " * len(match[0]), text)
    end = bare.find(";")
    body, rest = (bare, "") if end < 0 else (bare[:end], bare[end:])
    if rest.strip(" \t\r\n;"):
        raise StatementError("several_statements")
    if not _STARTS.match(body) or _INTO.search(body) or "/*" in body:
        raise StatementError("not_a_select")
    return text[: len(body)].strip()
