"""The sentences of a charter file: each in French and in English."""

from diager_dpo.domain.charter import Statement, Text
from diager_dpo.domain.toml_table import TomlTable


def read_text(table: TomlTable, *other_keys: str) -> Text:
    """The two sentences of a table, which may hold nothing else but ``other_keys``."""
    table.only((*other_keys, "fr", "en"))
    return Text(table.text("fr"), table.text("en"))


def read_text_of(table: TomlTable, key: str) -> Text:
    """The two sentences of a table within a table."""
    inner = table.table(key)
    return read_text(inner) if inner else Text("", "")


def read_statement(table: TomlTable) -> Statement:
    """Two sentences and the section they come from."""
    return Statement(read_text(table, "clause"), table.text("clause"))
