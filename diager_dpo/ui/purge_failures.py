"""What a person is told where a purge cannot go on: what happened, that nothing is lost, what to try."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_

PURGE_SENTENCES: Mapping[str, str] = {
    "purge_unknown": N_("There is no such purge."),
    "purge_changed": N_(
        "Somebody else has just changed this purge. Nothing was done; what you wrote is still here. Look at the purge "
        "as it is now, then decide anew."
    ),
    "purge_state_differs": N_(
        "This purge is no longer where it was when you opened the page. Nothing was done; look at it as it is now."
    ),
    "purge_digest_differs": N_(
        "The list is no longer the one you saw. Nothing was approved; look at the list as it is now."
    ),
    "purge_list_changed": N_("The list is no longer the one that was approved. Nothing is erased; propose it again."),
    "purge_basis_changed": N_(
        "The charter, the source file or the schema of the source has changed since. Nothing is erased: cancel this "
        "purge and propose it again."
    ),
    "purge_own_proposal": N_("You proposed this purge: another person decides it."),
    "purge_same_person": N_("Whoever proposed this purge has approved it too. Nothing is erased."),
    "purge_right_too_young": N_("Your right to approve is less than 24 hours old: it approves nothing yet."),
    "purge_sign_in_too_old": N_("Your sign-in is more than 10 minutes old. Sign in again, then approve."),
    "purge_reason_missing": N_("A reason is needed here."),
    "purge_empty": N_("There is nothing left in this purge."),
    "purge_share_not_confirmed": N_(
        "That is a large share of the records of this purpose ({percent} %). Confirm the figure first."
    ),
    "purge_items_missing": N_("Name at least one record."),
    "purge_items_differ": N_("One of these records is no longer in the list as you saw it. Nothing was set aside."),
    "purge_date_in_past": N_("That day has passed. Name today or a later one."),
    "purge_date_in_future": N_("That day has not come yet. Name today or an earlier one."),
    "purge_operation_missing": N_("Choose the operation whose entries are to be erased."),
    "purge_operation_out_of_place": N_("Only contests have operations."),
    "purge_operation_unknown": N_("The last scan knows of no such operation."),
    "purge_persons_missing": N_("Name the persons whose request it is."),
    "purge_overlaps": N_("Another purge has just taken one of these persons. Nothing was proposed; try again."),
    "purge_running": N_("Another purge is being executed. Wait until it has ended."),
    "purge_by_hand": N_("This program may not erase in the source: the operator of the source does, by an order."),
    "purge_proposer_lost_right": N_(
        "Whoever proposed this purge no longer holds the right to. Nothing is erased: cancel it and propose it again."
    ),
    "purge_approver_lost_right": N_(
        "Whoever approved this purge no longer holds the right to. Nothing is erased: cancel it and propose it again."
    ),
    "purge_taken_over": N_("Another worker has taken this purge over. Nothing was done here."),
    "purge_notice_unknown": N_("That this recipient was told is written down already."),
    "purge_too_many_names": N_("That is too many names at once: {most} at most."),
    "purge_not_by_hand": N_("This program erases this purge itself: there is no order for it."),
    "too_many_skipped": N_("Too many records are no longer as approved: the list itself may be wrong."),
    "erasing_account_missing": N_(
        "The variable {variable} does not say how to reach the account that erases. Nothing was erased. Set it, or let "
        "the source be erased by hand."
    ),
    "purge_unsettled": N_("Something of this purge is still under way. Settle it first."),
    "purge_blocked_by_charter": N_("An open question of the charter blocks this purge. The register names it."),
    "purge_no_announced_duration": N_("This contest announces no retention period: nothing of it can be purged yet."),
    "purge_facts_missing": N_("The source gives no facts for this purpose: nothing of it can be purged yet."),
    "source_unchecked": N_("The source file has not been compared with the database yet. “Source”, then “Check now”."),
    "source_not_clean": N_("The source file does not fit the database. The screen “Source” names each place."),
    "source_file_changed_since_check": N_(
        "The source file has changed since it was compared with the database. “Source”, then “Check now”."
    ),
    "schema_changed_since_check": N_(
        "The database has changed since the source file was compared with it. “Source”, then “Check now”."
    ),
    "schema_does_not_match": N_("The source file no longer fits the database. The screen “Source” names each place."),
    "rows_still_refer": N_("Rows of {table} that stay refer to rows of {target} that would go. Nothing was changed."),
    "cascade_takes_more": N_("The database would delete rows of {table} along with {target}. Nothing was changed."),
    "erasure_refused": N_("The database refuses an erasure in {table}. Nothing was changed."),
    "rows_changed": N_("Somebody changed {table} at this very moment. Nothing was changed; try again."),
    "key_of_another_type": N_("A key of {table} is of another type than the source file says. Nothing was changed."),
    "foreign_key_cycle": N_("Tables of the source refer to one another in a circle. Nothing was changed."),
    "certificate_values_remain": N_(
        "{count} of the values that purge {purge} erased are there again in the source. No certificate is issued until "
        "they are gone."
    ),
    "certificate_receipts_missing": N_(
        "The source holds {found} of the {expected} receipts of purge {purge}: it was put back from a backup. No "
        "certificate is issued; the next scan shows what has to be erased again."
    ),
}
