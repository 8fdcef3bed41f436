"""Why a month is not published, what an audit finds, and what goes wrong with a publication: one sentence a code."""

from collections.abc import Mapping

from diager_dpo.ui.language import N_, _

REASONS: Mapping[str, str] = {
    "no_convergence": N_("No pattern protects every customer within the rounds that the plan allows."),
    "no_solution": N_("No pattern protects every customer."),
    "iteration_limit": N_("The computation reached the limit that the plan sets."),
    "audit": N_("The independent audit refused what would have been published."),
}

FINDINGS: Mapping[str, str] = {
    "unlike_sales": N_("A shown figure is not what the sales of the source say now."),
    "restated": N_("A figure was published twice with different values."),
    "unsafe_shown": N_("A figure is shown that the rules forbid."),
    "too_narrow": N_("A hidden figure can be estimated too closely."),
    "residual": N_("The sum of hidden figures is known, and gives somebody away."),
    "insider": N_("A customer who knows its own figures can estimate another's too closely."),
    "undecided": N_("The audit came to no answer within its limit."),
}

PUBLICATION_SENTENCES: Mapping[str, str] = {
    "publication_running": N_("Statistics are being published. Wait until that has ended."),
    "publication_plan_wrong": N_("The publication plan must be mended first: {problems}"),
    "publication_interrupted": N_("The publication was interrupted. What was published stays; the rest follows."),
    "view_not_published": N_("The publication plan has no such view."),
}


def reason_sentence(code: str) -> str:
    """Why a month is not published."""
    return _(REASONS[code]) if code in REASONS else code


def finding_sentence(code: str) -> str:
    """What an audit found."""
    return _(FINDINGS[code]) if code in FINDINGS else code
