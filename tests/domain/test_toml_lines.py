"""Where each key of a TOML text stands."""

import tomllib

from diager_dpo.domain.toml_lines import key_lines, line_of

TEXT = '''\
a = 1 # [not a header]
"b c" = "x = 1"
d.e = """
fake = 1
[fake]
""" # after
f = [
  { g = "]" },
  { g = "[" },
]
[h]
i = {j = 1, k = [
  1, 2]}
[[l]]
m = 'it''s'
[[l]]
[l.n]
o = 1
[[l.p]]
q = 1
[[ l . p ]]
q = 2
'''.replace("'it''s'", "'[[['")


def test_each_key_is_on_its_line():
    tomllib.loads(TEXT)
    assert key_lines(TEXT) == {
        ("a",): 1,
        ("b c",): 2,
        ("d",): 3,
        ("d", "e"): 3,
        ("f",): 7,
        ("h",): 11,
        ("h", "i"): 12,
        ("l",): 14,
        ("l", 0): 14,
        ("l", 0, "m"): 15,
        ("l", 1): 16,
        ("l", 1, "n"): 17,
        ("l", 1, "n", "o"): 18,
        ("l", 1, "p"): 19,
        ("l", 1, "p", 0): 19,
        ("l", 1, "p", 0, "q"): 20,
        ("l", 1, "p", 1): 21,
        ("l", 1, "p", 1, "q"): 22,
    }


def test_a_key_within_braces_is_on_the_line_of_its_owner():
    assert line_of(key_lines(TEXT), ("f", 1, "g")) == 7


def test_a_key_that_is_missing_is_on_the_line_of_the_table_around_it():
    assert line_of(key_lines(TEXT), ("h", "missing")) == 11


def test_a_missing_table_is_nowhere():
    assert line_of(key_lines(TEXT), ("missing",)) is None
