"""What a person is told of each thing that can go wrong with signing in; a part of ``ui.sentences``."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

SIGN_IN_SENTENCES: Mapping[str, str] = {
    "sign_in_file_wrong": N_("{file}, which says how people sign in, must be mended first: {problems}"),
    "sign_in_secret_wrong": N_(
        "The secret of the identity provider client cannot be read from {place}: it is missing, or others may read it."
    ),
    "unsafe_settings": N_("This set-up is not safe for a team, so nobody is let in: {problems}"),
    "provider_unreachable": N_("The identity provider does not answer. Try again in a minute."),
    "provider_wrong": N_(
        "What the identity provider publishes cannot be used ({what}). An administrator compares it with sign-in.toml."
    ),
    "provider_refused": N_("The identity provider did not sign you in. Try again."),
    "code_refused": N_("The identity provider did not confirm this sign-in. Try again."),
    "id_token_refused": N_(
        "What the identity provider says of you cannot be trusted ({reason}). "
        "If it happens again, tell an administrator."
    ),
    "logout_token_refused": N_("What the identity provider says of a sign-out cannot be trusted ({reason})."),
    "sign_in_over": N_("This sign-in is over: it was used already, took too long, or began in another browser."),
    "no_role_here": N_(
        "The identity provider knows you, but gives you no role here. Whoever manages its groups can give you one."
    ),
    "roles_exclude_each_other": N_(
        "These roles exclude each other: nobody who approves, or belongs to the management, is an administrator."
    ),
    "own_account_disabled": N_("Your account has been disabled here. An administrator can open it again."),
    "no_local_accounts": N_("There are no accounts with a password here: an identity provider signs people in."),
    "wrong_name_or_password": N_("The name or the password is wrong."),
    "too_many_attempts": N_("There were too many attempts with this name. Try again in {minutes} min."),
    "one_time_password_over": N_("This first password is older than seven days. An administrator gives you a new one."),
    "password_must_change": N_("Choose a password of your own first."),
    "password_too_short": N_("This password is too short: it needs {shortest} characters."),
    "password_too_long": N_("This password is too long: {longest} characters are the most."),
    "password_too_common": N_("This password is one of those that are tried first. Choose words of your own."),
    "password_names_account": N_("This password contains the name of the account."),
    "password_not_new": N_("This is the password you have. Choose another."),
    "account_name_wrong": N_(
        "The name of an account has 3 to 64 characters out of a to z, 0 to 9 and . _ @ + -, "
        "and its person has a name too."
    ),
    "account_exists": N_("An account of this name exists already."),
    "administrator_exists": N_("There is an administrator already. Accounts are made on the screen of access rights."),
}
