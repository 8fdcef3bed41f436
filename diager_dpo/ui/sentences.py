"""What a person is told of each thing that can go wrong: one sentence a code, which says what to try.

The codes are those of ``services.errors`` and of the layers below it. Values of the error fill the places. A layer that
gains a code gains a line here; a test compares.
"""

from collections.abc import Mapping
from string import Formatter

from diager_dpo.services.errors import DpoError, FilesWrong
from diager_dpo.ui.consent_failures import CONSENT_SENTENCES
from diager_dpo.ui.file_problems import file_problem_sentence
from diager_dpo.ui.hold_failures import HOLD_SENTENCES
from diager_dpo.ui.journal_failures import JOURNAL_SENTENCES
from diager_dpo.ui.language import N_, _
from diager_dpo.ui.publication_sentences import PUBLICATION_SENTENCES
from diager_dpo.ui.purge_failures import PURGE_SENTENCES
from diager_dpo.ui.qualification_failures import QUALIFICATION_SENTENCES
from diager_dpo.ui.refusal_failures import REFUSAL_SENTENCES
from diager_dpo.ui.register_failures import REGISTER_SENTENCES
from diager_dpo.ui.sign_in_sentences import SIGN_IN_SENTENCES

SENTENCES: Mapping[str, str] = {
    "not_permitted": N_("Your role does not allow this."),
    "no_source": N_("No source is configured. Set DIAGER_DPO_SOURCE to the path of a source file."),
    "never_scanned": N_("The source has never been scanned: there is nothing to count yet. Start a scan first."),
    "scan_running": N_("A scan is running. Wait until it has ended."),
    "demonstration_under_way": N_("The demonstration is being made by another process. Wait until it has ended."),
    "store_in_use": N_("The store already knows another source. Make the demonstration in a home of its own."),
    "no_charter_in_force": N_("No charter is in force on that day: without one, no deadline exists."),
    "no_such_page": N_("This list has no such page."),
    "backup_needs_pg_dump": N_("The store is on a server: back it up with pg_dump, and copy keys and files beside it."),
    "backup_folder_exists": N_("The folder {folder} exists and is not empty. Name a folder that does not exist yet."),
    "restore_needs_pg_restore": N_("The store is on a server: bring it back with pg_restore."),
    "home_not_empty": N_("The store in {home} is in use. To replace it all the same, restore with --overwrite."),
    "no_backup": N_("There is no backup in {folder}."),
    "backup_damaged": N_("The backup in {folder} is damaged. Nothing was changed; take another one."),
    "charter_file_wrong": N_("The charter files must be mended first: {problems}"),
    "store_newer": N_("The store was written by a later version of the program. Install that version to open it."),
    "store_busy": N_("Another process is changing the store. Try again in a minute."),
    "store_url_wrong": N_("The address of the store cannot be read."),
    "store_not_supported": N_("The store must be a SQLite file or a PostgreSQL database."),
    "store_inconsistent": N_("The store contradicts itself and was left as it is. Restore a backup."),
    "store_unavailable": N_("The store cannot be reached, or not with this account."),
    "store_damaged": N_("The file of the store is damaged or is none. Move it away, then restore a backup."),
    "key_unreadable": N_(
        "The key “{name}” of this installation cannot be read. It lies in the folder keys of its home; put it back "
        "from a backup: without it, persons who were erased are no longer recognised."
    ),
    "home_not_writable": N_("Nothing can be written to the folder {home}. Set DIAGER_DPO_HOME to one of yours."),
    "charter_not_utf8": N_("A charter file in {folder} is not UTF-8."),
    "source_file_wrong": N_("The source file {file} must be mended first: {problems}"),
    "source_url_missing": N_("The address of the source is missing. Set the environment variable {variable}."),
    "source_url_wrong": N_("The address of the source in {variable} cannot be read."),
    "source_database_unknown": N_("The source is a {database} database; this program reads {expected}."),
    "source_file_absent": N_("The database file of the source, {file}, is not there."),
    "source_unavailable": N_("The source cannot be reached. Code to quote: {correlation}."),
    "source_timed_out": N_("The source took too long to answer."),
    "broken_select": N_("The SELECT for {fact} does not run. Code to quote: {correlation}."),
    "not_allowed": N_("The account with which the source is read lacks a right that reading needs."),
    "unknown_table": N_("The SELECT for {fact} names a table, {column}, that the source does not have."),
    "unknown_column": N_("The SELECT for {fact} names a column, {column}, that the source does not have."),
    "missing_fact": N_("The source file lacks the SELECT for {fact}."),
    "missing_column": N_("The SELECT for {fact} does not return the column {column}."),
    "duplicate_column": N_("The SELECT for {fact} returns a column twice."),
    "wrong_type": N_("The SELECT for {fact} returns the column {column} with another type than expected ({expected})."),
    "several_statements": N_("The SELECT for {fact} holds more than one statement."),
    "not_a_select": N_("What the source file gives for {fact} is not a SELECT."),
    "kind_not_everywhere": N_("The column kind of {fact} must be returned by every fact or by none."),
    "not_utf8": N_("The source holds text that is not UTF-8."),
    "scan_interrupted": N_("The scan was interrupted. What was counted before is untouched."),
    "unexpected": N_("Something unforeseen stopped the scan. What was counted before is untouched."),
    **SIGN_IN_SENTENCES,
    **HOLD_SENTENCES,
    **REFUSAL_SENTENCES,
    **REGISTER_SENTENCES,
    **CONSENT_SENTENCES,
    **QUALIFICATION_SENTENCES,
    **JOURNAL_SENTENCES,
    **PURGE_SENTENCES,
    **PUBLICATION_SENTENCES,
    "own_right": N_("Nobody gives a role to themselves. Ask another administrator."),
    "account_is_disabled": N_("This account is closed. Open it again first."),
    "account_is_enabled": N_("This account is open already."),
    "recipient_unknown": N_("The charter names no such recipient for this purpose."),
    "no_such_right": N_("This person does not hold that role any more."),
    "rights_given_elsewhere": N_("Roles come from the identity provider here: change them there."),
    "last_administrator": N_("One administrator must remain. Name another one first."),
    "no_such_account": N_("There is no such account."),
    "purpose_missing": N_("This role is held for a purpose: name one."),
    "purpose_out_of_place": N_("This role is not held for a purpose: name none."),
    "role_not_for_people": N_("This role is not for people."),
    "already_held": N_("This person holds that role already."),
    "search_too_long": N_("That is too much to search for: {most} characters at most."),
    "search_too_short": N_("That is too little to search for: at least {fewest} letters or digits."),
    "search_too_often": N_("That was a great many searches within a minute. Wait a little, then search again."),
    "no_names_to_search": N_("The source file gives no names to search in: persons are found by their key only."),
}


def sentence_of(code: str, **values: str | int) -> str:
    """The sentence of a code that was kept, such as why a scan failed."""
    return sentence(DpoError(code, **values))


#: Codes whose sentence needs values that a failed scan does not keep: what to try instead.
_READ_ERRORS = N_("The source does not answer as its file says ({code}). “Check now” names the place.")


def failure_sentence(code: str) -> str:
    """Why a scan failed, from the code that was kept of it."""
    text = SENTENCES.get(code, "")
    return _(text) if text and "{" not in text else _(_READ_ERRORS, code=code)


def sentence(error: DpoError) -> str:
    """What a person is told. An error without a sentence shows its code, never its text."""
    text = SENTENCES.get(error.code)
    if text is None:
        return _("This cannot be done now ({code}).", code=error.code)
    values = dict(error.values)
    if isinstance(error, FilesWrong):
        values["problems"] = "".join(f"\n- {file_problem_sentence(problem)}" for problem in error.problems)
    if any(name and name not in values for _text, name, _spec, _conversion in Formatter().parse(text)):
        return _("This cannot be done now ({code}).", code=error.code)  # better than half a sentence
    return _(text, **values)
