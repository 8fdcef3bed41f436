"""Before anybody is let in: whether a set-up that several people reach is safe.

Where people sign in for real, or the server listens beyond this machine, each setting below is a way around the gate.
The program then answers nothing but which one it is.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from streamlit import config

from diager_dpo.services.errors import FilesWrong
from diager_dpo.services.installation import Installation
from diager_dpo.services.issuer import DEMONSTRATION, issuer_in_force
from diager_dpo.services.sign_in_file import is_loopback
from diager_dpo.ui.language import N_, _

UNSAFE: Mapping[str, str] = {
    "xsrf_off": N_("server.enableXsrfProtection is off: set it to true"),
    "any_host": N_("server.allowedHosts names no host, or every one: name those of this server"),
    "front_not_a_host": N_("the host of [front] address in sign-in.toml is missing from server.allowedHosts"),
    "no_https": N_(
        "server.address is reached over the network without https: listen on 127.0.0.1 behind a proxy that ends TLS, "
        "and name its address under [front] in sign-in.toml"
    ),
    "any_proxy": N_("FORWARDED_ALLOW_IPS trusts every proxy: name yours"),
    "error_details": N_('client.showErrorDetails shows what went wrong to everybody: set it to "none"'),
    "static_files": N_("server.enableStaticServing is on: set it to false"),
    "development": N_("global.developmentMode is on: set it to false"),
    "insecure_transport": N_("AUTHLIB_INSECURE_TRANSPORT is set: remove it"),
    "home_open": N_("the home folder can be read by others: chmod 700 {path}"),
    "keys_open": N_("the keys can be read by others: chmod -R go-rwx {path}"),
    "store_open": N_("the store can be read by others: chmod 600 {path}"),
}


def require_safe(installation: Installation) -> None:
    """Refuse a set-up for several people in which a setting opens a way around the gate.

    Raises:
        FilesWrong: ``unsafe_settings``, with each of them.
    """
    if is_for_a_team(installation):
        problems = tuple(_(UNSAFE[code], path=path) for code, path in unsafe(installation))
        if problems:
            raise FilesWrong("unsafe_settings", problems)


def is_for_a_team(installation: Installation) -> bool:
    """Whether people sign in for real, or reach this server from elsewhere."""
    return issuer_in_force(installation) != DEMONSTRATION or not is_loopback(config.get_option("server.address"))


def unsafe(installation: Installation) -> Iterator[tuple[str, str]]:
    """Each unsafe setting: its code, and the path it is about, or nothing."""
    front = installation.sign_in.front
    hosts = [str(host).strip("[]").lower() for host in config.get_option("server.allowedHosts") or ()]
    if not config.get_option("server.enableXsrfProtection"):
        yield "xsrf_off", ""
    if not hosts or "*" in hosts:
        yield "any_host", ""
    elif front is not None and urlsplit(front.address).hostname not in hosts:
        yield "front_not_a_host", ""
    ends_tls = bool(config.get_option("server.sslCertFile")) or (
        front is not None and front.address.startswith("https:")
    )
    if not ends_tls and not is_loopback(config.get_option("server.address")):
        yield "no_https", ""
    if "*" in os.environ.get("FORWARDED_ALLOW_IPS", ""):
        yield "any_proxy", ""
    if config.get_option("client.showErrorDetails") not in ("none", False):
        yield "error_details", ""
    if config.get_option("server.enableStaticServing"):
        yield "static_files", ""
    if config.get_option("global.developmentMode"):
        yield "development", ""
    if os.environ.get("AUTHLIB_INSECURE_TRANSPORT"):
        yield "insecure_transport", ""
    yield from _open_files(installation)


def _open_files(installation: Installation) -> Iterator[tuple[str, str]]:
    settings = installation.settings
    if _others_read(settings.home):
        yield "home_open", str(settings.home)
    if any(_others_read(path) for path in (settings.keys, *settings.keys.rglob("*"))):
        yield "keys_open", str(settings.keys)
    beside = settings.store_file.parent.glob(settings.store_file.name + "*")
    if not settings.store_url and any(_others_read(path) for path in beside if not path.name.endswith(".lock")):
        yield "store_open", str(settings.store_file) + "*"


def _others_read(path: Path) -> bool:
    """Whether anybody but the owner may. Windows keeps no such bits: folders of a user are the user's own there."""
    try:
        return os.name != "nt" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except FileNotFoundError:
        return False
