"""The first administrator, and a way back in for one. Everybody else has their account from an administrator."""

import click

from diager_dpo.cli.answers import print_json
from diager_dpo.cli.opening import as_json as json_option
from diager_dpo.cli.opening import opened
from diager_dpo.services.local_accounts import account_name, add_first_administrator, reset_password
from diager_dpo.ui.language import _

_name = click.argument("name")


@click.group()
def accounts() -> None:
    """Local accounts, where no identity provider is configured."""


@accounts.command("first-administrator")
@_name
@click.option("--display-name", help="What the screens call them; default: NAME.")
@json_option
def first_administrator(name: str, display_name: str | None, as_json: bool) -> None:
    """Make the administrator who gives everybody else an account; refused where there ever was one."""
    with opened() as (installation, actor):
        password = add_first_administrator(installation, actor, name, display_name or name)
    _say(name, password, as_json)


@accounts.command()
@_name
@json_option
def reset(name: str, as_json: bool) -> None:
    """Give an administrator a new first password. Passwords of others are reset by an administrator."""
    with opened() as (installation, actor):
        password = reset_password(installation, actor, name)
    _say(name, password, as_json)


def _say(name: str, password: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": account_name(name), "password": password})
        return
    click.echo(_("First password of {name}, shown this once and good for seven days:", name=account_name(name)))
    click.echo(password)
