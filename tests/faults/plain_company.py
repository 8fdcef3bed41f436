"""The company of ``purge_house`` read with plain Python: what a purge may take of it, written from the rules alone."""

from datetime import date

P, M, C, A = 1, 2, 3, 4
TABLES = {"contact": 1, "contract": 1, "litigation": 1, "entry": 2, "invoice": 1}
SERVES = {"mail": {P, C}, "name": {P, M, C, A}}
ROWS_SERVE = {"contract": {P, M}, "litigation": {P, M, C, A}, "entry": {C}, "invoice": {A}, "contact": {P, M, C, A}}
PERSON_AT = {"contact": 0, "contract": 1, "litigation": 1, "entry": 1, "invoice": 1}
COLUMNS = ("id", "name", "mail", "clicked_on", "opt_out_at")


def read(connection):
    """Table -> key -> row."""
    return {
        table: {row[:width]: row for row in connection.execute(f"SELECT * FROM {table}")}
        for table, width in TABLES.items()
    }


def keep_until(connection):
    return dict(connection.execute("SELECT code, keep_until FROM contest"))


def touched(before, after):
    """(person, place, purposes it serves, row) of whatever is no longer as it was; nothing may be new."""
    for table, rows in before.items():
        assert after[table].keys() <= rows.keys(), "a row appeared"
        for key, row in rows.items():
            person, new = str(row[PERSON_AT[table]]), after[table].get(key)
            if new is None:
                yield person, table, ROWS_SERVE[table], row
            elif new != row:
                assert table == "contact", f"a row of {table} was changed"
                for at, name in enumerate(COLUMNS):
                    if new[at] != row[at]:
                        yield person, name, SERVES[name], row


def years_later(day, years):
    found = date.fromisoformat(day[:10])
    return date(found.year + years, found.month, min(found.day, 28))


def is_protected(rows, person, purpose, operation, *, today, until):  # noqa: PLR0911 - a reason each
    """Why nothing of this purpose of a person may go today; empty where the rules let it go."""
    contact = rows["contact"][int(person),]
    contracts = [row for row in rows["contract"].values() if str(row[1]) == person]
    if any(str(row[1]) == person for row in rows["litigation"].values()):
        return "litigation"
    if purpose in (P, M) and any(row[3] for row in contracts):
        return "relation on"
    if purpose == P and contact[4] is None:
        days = [row[2] for row in contracts] or [contact[3]]  # the clock of a customer takes the place of a prospect's
        if None in days:
            return "no date"
        return "contact" if years_later(max(days), 3) >= today else ""
    if purpose == M:
        ends = [row[2] for row in contracts]
        if not ends or None in ends:
            return "no end"
        return "relation" if years_later(max(ends), 5) >= today else ""
    if purpose == C:
        return "operation" if until[operation] is None or date.fromisoformat(until[operation]) >= today else ""
    if purpose == A:
        years = [row[2] for row in rows["invoice"].values() if str(row[1]) == person]
        return "voucher" if date(max(int(day[:4]) for day in years) + 10, 12, 31) >= today else ""
    return ""


def other_records(rows, person, purpose, operation, ended):
    """The other purposes whose data are there and were not erased: each keeps what serves it, due or not."""
    found = {P}
    if any(str(row[1]) == person for row in rows["contract"].values()):
        found.add(M)
    if any(str(row[1]) == person and (purpose != C or row[0] != operation) for row in rows["entry"].values()):
        found.add(C)
    if any(str(row[1]) == person for row in rows["invoice"].values()):
        found.add(A)
    return {each for each in found if (person, each, "") not in ended and (each != purpose or each == C)}
