"""What a person is told of what can go wrong with the journal and its keys."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

JOURNAL_SENTENCES: Mapping[str, str] = {
    "journal_key_lost": N_(
        "A key of the journal ({key}) is not there. It lies in the folder keys of the home; put it back from a backup. "
        "Until then nothing can be decided, because nothing could be written down."
    ),
    "journal_key_changed": N_(
        "The key that signs the journal is not the one it names ({key}). Put the folder keys back from a backup that "
        "belongs to this store. Until then nothing can be decided, because nothing could be written down."
    ),
    "journal_not_opened": N_("Nothing has been written to the journal yet."),
    "journal_shown_in_part": N_("You are shown a part of the journal; only who may see all of it can export it."),
    "journal_unreadable": N_("The journal holds an entry that cannot be read: verify it to see which."),
    "pin_unreadable": N_("{file} holds no head of a journal."),
    "backup_journal_wrong": N_(
        "The journal of the backup in {folder} is not whole ({count} faults). Nothing was changed; take another one."
    ),
}
