"""A set-up for a team is refused where a setting opens a way around the gate, and told which."""

import os
from dataclasses import replace

import pytest
from streamlit import config

from diager_dpo.services.errors import FilesWrong
from diager_dpo.services.sign_in_file import SignIn
from diager_dpo.ui import self_check
from diager_dpo.ui.self_check import UNSAFE, require_safe, unsafe
from tests.services.provider_tokens import PROVIDER

SAFE = {
    "server.address": "127.0.0.1",
    "server.allowedHosts": ["localhost", "127.0.0.1"],
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "client.showErrorDetails": "none",
    "global.developmentMode": False,
    "server.sslCertFile": None,
}
FRONT = SignIn.model_validate({"front": {"address": "https://dpo.example.com"}})


@pytest.fixture
def options(monkeypatch):
    """Options of Streamlit, which a test may change."""
    given = dict(SAFE)
    monkeypatch.setattr(self_check.config, "get_option", given.__getitem__)
    for name in ("FORWARDED_ALLOW_IPS", "AUTHLIB_INSECURE_TRANSPORT"):
        monkeypatch.delenv(name, raising=False)
    return given


@pytest.fixture
def team(house, options):
    """The installation with a provider: people sign in for real."""
    house.settings.home.chmod(0o700)
    return replace(house, sign_in=SignIn(provider=PROVIDER))


def found(installation):
    return [code for code, _path in unsafe(installation)]


def test_the_settings_of_the_project_are_safe(team, monkeypatch):
    monkeypatch.undo()
    assert config.get_option("server.enableXsrfProtection")
    assert found(team) == []
    require_safe(team)


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("server.enableXsrfProtection", False, "xsrf_off"),
        ("server.allowedHosts", [], "any_host"),
        ("server.allowedHosts", ["*"], "any_host"),
        ("server.allowedHosts", ["localhost", "*"], "any_host"),
        ("server.address", "0.0.0.0", "no_https"),
        ("server.address", None, "no_https"),
        ("server.address", "192.168.1.5", "no_https"),
        ("client.showErrorDetails", "full", "error_details"),
        ("client.showErrorDetails", True, "error_details"),
        ("server.enableStaticServing", True, "static_files"),
        ("global.developmentMode", True, "development"),
    ],
)
def test_an_unsafe_option_is_named(team, options, option, value, code):
    options[option] = value
    assert found(team) == [code]
    with pytest.raises(FilesWrong) as refused:
        require_safe(team)
    assert refused.value.code == "unsafe_settings"
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [("FORWARDED_ALLOW_IPS", "*", "any_proxy"), ("AUTHLIB_INSECURE_TRANSPORT", "1", "insecure_transport")],
)
def test_an_unsafe_variable_is_named(team, monkeypatch, variable, value, code):
    monkeypatch.setenv(variable, value)
    assert found(team) == [code]


def test_the_front_must_be_a_host_of_this_server(team, options):
    behind = replace(team, sign_in=team.sign_in.model_copy(update={"front": FRONT.front}))
    assert found(behind) == ["front_not_a_host"]
    options["server.allowedHosts"] = ["dpo.example.com"]
    assert found(behind) == []
    options["server.address"] = "0.0.0.0"  # the proxy is on another machine
    assert found(behind) == []


def test_a_server_that_ends_tls_itself_is_reached_over_https(team, options):
    options |= {"server.address": "0.0.0.0", "server.sslCertFile": "cert.pem"}
    assert found(team) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701])
def test_a_home_that_others_read_is_named_with_what_to_do(team, mode):
    team.settings.home.chmod(mode)
    assert list(unsafe(team)) == [("home_open", str(team.settings.home))]
    with pytest.raises(FilesWrong) as refused:
        require_safe(team)
    assert f"chmod 700 {team.settings.home}" in refused.value.problems[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_keys_and_store_that_others_read_are_named(team):
    key = team.settings.keys / "signing"
    key.touch(mode=0o644)
    assert found(team) == ["keys_open"]
    key.chmod(0o600)
    team.settings.store_file.chmod(0o644)
    assert found(team) == ["store_open"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_what_the_program_makes_is_its_owners_alone(house):
    for path in (house.settings.home, house.settings.keys, house.settings.store_file):
        assert not path.stat().st_mode & 0o077 or path == house.settings.home


def test_the_demonstration_on_this_machine_may_be_as_it_is(house, options):
    options |= {"client.showErrorDetails": "full", "server.enableXsrfProtection": False}
    require_safe(house)
    options["server.address"] = "0.0.0.0"
    with pytest.raises(FilesWrong):
        require_safe(house)


def test_every_finding_has_its_words(team, options):
    assert set(UNSAFE) >= {
        "xsrf_off", "any_host", "front_not_a_host", "no_https", "any_proxy", "error_details", "static_files",
        "development", "insecure_transport", "home_open", "keys_open", "store_open",
    }  # fmt: skip
