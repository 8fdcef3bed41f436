"""The file that says how people sign in: refused with the key that is wrong, and no value repeated."""

import os

import pytest

from diager_dpo.domain.permissions import Grant, Role
from diager_dpo.domain.words import Purpose
from diager_dpo.services.errors import FilesWrong, NotPossible
from diager_dpo.services.settings import Settings
from diager_dpo.services.sign_in_file import Provider, SignIn, load_sign_in

GOOD = """
[provider]
issuer = "https://login.example.com/company"
client_id = "diager-dpo"
client_secret_env = "DIAGER_DPO_CLIENT_SECRET"

[[provider.grants]]
claim = "groups"
value = "approvers"
role = "approver"
purposes = ["prospecting", "contests"]
"""


def load(tmp_path, text):
    (tmp_path / "sign-in.toml").write_text(text, "utf-8")
    return load_sign_in(Settings(home=tmp_path))


def test_nothing_is_configured_without_a_file(tmp_path):
    assert load_sign_in(Settings(home=tmp_path)) == SignIn()


def test_a_mapping_gives_a_role_for_each_purpose(tmp_path):
    provider = load(tmp_path, GOOD).provider
    assert provider.grants[0].grants == (
        Grant(Role.APPROVER, Purpose.PROSPECTING),
        Grant(Role.APPROVER, Purpose.CONTESTS),
    )
    assert provider.algorithms == ("RS256",)


def test_the_environment_names_another_file_or_holds_the_text(tmp_path):
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text(GOOD, "utf-8")
    assert load_sign_in(Settings(home=tmp_path, sign_in=str(elsewhere))).provider
    assert load_sign_in(Settings(home=tmp_path, sign_in=GOOD)).provider


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("https://login", "http://login", "provider.issuer"),
        ("https://login.example.com/company", "https://login.example.com?x=1", "provider.issuer"),
        ('"diager-dpo"', '""', "provider.client_id"),
        ("client_id", "clientid", "provider.clientid"),
        ("client_secret_env = ", 'client_secret = "canary-4711"\nclient_secret_env = ', "provider.client_secret"),
        ('role = "approver"', 'role = "boss"', "provider.grants.0.role"),
        ('role = "approver"', 'role = "command_line"', "provider.grants.0"),
        ('role = "approver"', 'role = "dpo"', "provider.grants.0"),
        ('["prospecting", "contests"]', "[]", "provider.grants.0"),
        ('["prospecting", "contests"]', '["everything"]', "provider.grants.0.purposes.0"),
        ('["prospecting", "contests"]', '["statistics"]', "provider.grants.0"),
        ("[[provider.grants]]", 'algorithms = ["HS256"]\n[[provider.grants]]', "provider.algorithms.0"),
        ("[[provider.grants]]", 'algorithms = ["none"]\n[[provider.grants]]', "provider.algorithms.0"),
        ("[provider]", '[front]\naddress = "http://dpo.example.com"\n[provider]', "front.address"),
        ("[provider]", "[provider", ""),
    ],
)
def test_what_is_wrong_is_named_by_its_key(tmp_path, before, after, key):
    assert before in GOOD
    with pytest.raises(FilesWrong) as refused:
        load(tmp_path, GOOD.replace(before, after, 1))
    assert refused.value.code == "sign_in_file_wrong"
    assert any(problem.startswith(key) for problem in refused.value.problems)
    assert "canary-4711" not in str(refused.value)


def test_a_provider_on_this_machine_needs_no_https(tmp_path):
    for host in ("localhost:9400", "127.0.0.1:9400", "[::1]:9400"):
        assert load(tmp_path, GOOD.replace("https://login.example.com/company", f"http://{host}")).provider
    with pytest.raises(FilesWrong):
        load(tmp_path, GOOD.replace("https://login.example.com/company", "http://localhost.example.com"))


def provider(**secret):
    grants = [{"claim": "groups", "value": "x", "role": "dpo"}]
    issuer = "https://login.example.com"
    return Provider.model_validate({"issuer": issuer, "client_id": "a", "grants": grants, **secret})


def test_the_secret_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("A_SECRET", "x")
    assert provider(client_secret_env="A_SECRET").client_secret() == "x"
    monkeypatch.delenv("A_SECRET")
    with pytest.raises(NotPossible) as refused:
        provider(client_secret_env="A_SECRET").client_secret()
    assert refused.value.code == "sign_in_secret_wrong"
    assert provider().client_secret() is None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_a_secret_in_a_file_that_others_read_is_refused(tmp_path):
    file = tmp_path / "secret"
    file.write_text("canary-4711\n", "utf-8")
    file.chmod(0o600)
    assert provider(client_secret_file=str(file)).client_secret() == "canary-4711"
    for mode in (0o640, 0o604, 0o644):
        file.chmod(mode)
        with pytest.raises(NotPossible) as refused:
            provider(client_secret_file=str(file)).client_secret()
        assert "canary" not in str(refused.value)
