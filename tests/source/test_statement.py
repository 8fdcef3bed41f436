"""One SELECT and nothing else."""

import pytest

from diager_dpo.source.statement import StatementError, one_select


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("SELECT 1", "SELECT 1"),
        ("  select 1 ;  ", "select 1"),
        ("SELECT 1; -- the end", "SELECT 1"),
        ("-- first\nWITH x AS (SELECT 1) SELECT * FROM x", "-- first\nWITH x AS (SELECT 1) SELECT * FROM x"),
        ("(SELECT 1) UNION (SELECT 2)", "(SELECT 1) UNION (SELECT 2)"),
        ("SELECT ';' AS a, \"b;\" AS c, `d;`, $$;$$, $x$;$x$ /* ; */", None),
        ("SELECT 'it''s; here'", None),
        ("SELECT 'DELETE INTO'", None),
    ],
)
def test_one_select_is_taken_as_it_is(text, read):
    assert one_select(text) == (read or text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT 1; DELETE FROM contact", "several_statements"),
        ("SELECT ';'; DROP TABLE contact; --", "several_statements"),
        ("SELECT '\\'; DELETE FROM contact; --'", "several_statements"),
        ("DELETE FROM contact", "not_a_select"),
        ("PRAGMA writable_schema = 1", "not_a_select"),
        ("ATTACH 'x' AS y", "not_a_select"),
        ("COMMIT", "not_a_select"),
        ("/* SELECT */ DROP TABLE contact", "not_a_select"),
        ("SELECT 1 /*! INTO OUTFILE '/tmp/x' */", "not_a_select"),
        ("SELECT * INTO copy FROM contact", "not_a_select"),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", "not_a_select"),
        ("selection", "not_a_select"),
        ("", "not_a_select"),
    ],
)
def test_anything_else_is_refused(text, code):
    with pytest.raises(StatementError) as refusal:
        one_select(text)
    assert refusal.value.code == code
