"""The causes of what has no deadline are counted on an index of those records alone."""

from sqlalchemy import event, insert, text

from diager_dpo.domain.words import Kind, Purpose
from diager_dpo.store.engine import reading, writing
from diager_dpo.store.qualifications import undetermined
from diager_dpo.store.tables import record


def rows(kind, n, last_day):
    numbers = dict.fromkeys(("category", "anchor", "rule", "flags", "anomalies"), 0)
    return [
        numbers
        | {"source": "crm", "person": f"{kind}-{i:05}", "purpose": int(Purpose.PROSPECTING), "operation": ""}
        | {"kind": int(kind), "last_day": last_day}
        for i in range(n)
    ]


def test_the_planner_takes_the_index_of_undetermined_records(store):
    with writing(store) as connection:
        connection.execute(insert(record), rows(Kind.DATED, 4000, 20_000) + rows(Kind.UNDETERMINED, 40, None))
        connection.execute(text("ANALYZE"))
    asked = []
    with reading(store) as connection:
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _c, _cursor, statement, given, *_rest: asked.append((statement, given)),
        )
        [group] = undetermined(connection, "crm", [int(Purpose.PROSPECTING)])
        assert group.n == 40
        statement, given = asked[-1]
        explain = "EXPLAIN QUERY PLAN " if store.dialect.name == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(line) for line in connection.exec_driver_sql(explain + statement, given))
    assert "ix_record_undetermined" in plan
