import pytest
from hypothesis import given
from hypothesis import strategies as st

from diager_dpo.domain.contact_points import ContactPoint, PointKind, contact_point

MAIL, PHONE = PointKind.EMAIL, PointKind.PHONE


def full_width(text):
    return "".join(each if each == " " else chr(ord(each) + 0xFEE0) for each in text)


@pytest.mark.parametrize(
    "text",
    [
        "jean.dupont@exemple.fr", "Jean.Dupont@Exemple.FR", "  jean.dupont@exemple.fr\t", "jean.dupont+promo@exemple.fr",
        "jean.dupont+a+b@exemple.fr", "<jean.dupont@exemple.fr>", "mailto:jean.dupont@exemple.fr",
        full_width("jean.dupont@exemple.fr"), "jean.dupont@exemple.fr.", "jean.\u200bdupont@exemple.fr", "\u00a0jean.dupont@exemple.fr",
    ],
)  # fmt: skip
def test_an_address_has_one_form(text):
    assert contact_point(text) == ContactPoint(MAIL, "jean.dupont@exemple.fr")


@pytest.mark.parametrize(
    "text",
    ["06 12 34 56 78", "0612345678", "06.12.34.56.78", "06-12-34-56-78", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78",
     "0033612345678", "(06) 12 34 56 78", "06\u00a012\u202f34 56 78", full_width("06 12 34 56 78"), "06/12/34/56/78"],
)  # fmt: skip
def test_a_number_has_one_form(text):
    assert contact_point(text) == ContactPoint(PHONE, "+33612345678")


def test_a_number_of_another_country_keeps_it():
    assert contact_point("+32 2 555 12 12") == ContactPoint(PHONE, "+3225551212")


@pytest.mark.parametrize(
    "text",
    ["", " ", "Dupont", "Jean Dupont", "Paris", "Lyon 3e", "75011", "69003 Lyon", "12 rue des Lilas", "2024-05-01", "01/05/2024",
     "552081317", "55208131766522", "100001", "12 34 56", "a@b", "@exemple.fr", "jean@", "jean dupont@exemple.fr", "0", "+",
     "+ville@exemple.fr", "a@b.c", "é@", "x" * 300 + "@exemple.fr", "jean@exemple.75011"],
)  # fmt: skip
def test_a_name_a_city_a_postcode_or_a_number_of_something_else_has_none(text):
    assert contact_point(text) is None


def test_a_dot_is_part_of_an_address():
    assert contact_point("jean.dupont@exemple.fr") != contact_point("jeandupont@exemple.fr")


def test_a_point_keeps_its_value_out_of_its_repr():
    assert "dupont" not in repr(contact_point("dupont@exemple.fr"))


@given(st.text())
def test_a_form_is_its_own_form(text):
    point = contact_point(text)
    assert point is None or contact_point(point.value) == point


@given(st.text(st.characters(categories=["L", "Zs", "Pd"])))
def test_letters_and_spaces_are_no_contact_point(text):
    assert contact_point(text) is None


@given(
    st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?", fullmatch=True), st.sampled_from(["+x", "", "+a.b+c"]), st.booleans()
)
def test_case_spaces_and_tags_make_no_other_address(name, tag, upper):
    written = f" {name}{tag}@exemple.fr"
    assert contact_point(written.upper() if upper else written) == ContactPoint(MAIL, f"{name}@exemple.fr")
