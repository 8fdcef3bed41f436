"""A real database to read: made by SQL, read through a source file as the product reads it."""

import tomllib
from dataclasses import dataclass, field

import sqlalchemy as sa

from diager_dpo.source.connection import open_source, source_url
from diager_dpo.source.description import parse_source
from diager_dpo.source.reader import read_facts

SOURCE = """
[source]
name = "crm"
title = {{ fr = "CRM", en = "CRM" }}
url_env = "CRM_URL"
erasure = "by_hand"
timezone = "{timezone}"

[facts]
"""


def source(facts, timezone="Europe/Paris"):
    lines = [f'{name} = """{sql}"""' for name, sql in facts.items()]
    text = SOURCE.format(timezone=timezone) + "\n".join(lines)
    assert tomllib.loads(text)
    return parse_source(text.encode(), "crm.toml")


@dataclass
class Database:
    url: str
    dialect: str
    home: object
    engines: list = field(default_factory=list)

    def run(self, *statements, many=()):
        name = self.url.replace("postgresql://", "postgresql+psycopg://")
        if self.dialect == "sqlite":
            name = f"sqlite:///{self.home / 'crm.sqlite3'}"
        engine = sa.create_engine(name)
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            for statement, rows in many:
                connection.execute(sa.text(statement), rows)
        engine.dispose()

    def engine(self, description=None, **options):
        description = description or source({"persons": "SELECT 1 AS person"})
        engine = open_source(description, source_url(description, {"CRM_URL": self.url}, self.home), **options)
        self.engines.append(engine)
        return engine

    def read(self, facts, timezone="Europe/Paris", **options):
        description = source(facts, timezone)
        return read_facts(self.engine(description), description, **options)

    def dispose(self):
        for engine in self.engines:
            engine.dispose()
