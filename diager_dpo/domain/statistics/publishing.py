"""From the sales of a closed month to the block that may be published: protected, then attacked by the audit."""

from collections import Counter
from dataclasses import dataclass

from diager_dpo.domain.statistics.audit import audit
from diager_dpo.domain.statistics.block import NotPublishable, PublishedBlock, Reason, Sales
from diager_dpo.domain.statistics.cube import Cube
from diager_dpo.domain.statistics.plan import PublicationPlan
from diager_dpo.domain.statistics.protect import protect


@dataclass(frozen=True, slots=True)
class Publication:
    """The block to store and show, and what its protection may say of itself: ``near`` enterprises, ``rounds``."""

    block: PublishedBlock
    near: int
    rounds: int


def publish(sales: Sales, plan: PublicationPlan) -> Publication:
    """The block of one month, or ``NotPublishable``. The same sales and plan give the same block."""
    cube = Cube.of(sales, plan)
    try:
        protection = protect(cube, plan)
    except NotPublishable as error:
        raise NotPublishable(error.reason, sales.period) from None
    block = cube.block(protection.hidden, plan)
    findings = audit((block,), (sales,), plan)
    if findings:
        counts = Counter(finding.code for finding in findings)
        found = tuple(f"{code}={count}" for code, count in sorted(counts.items()))
        raise NotPublishable(Reason.AUDIT, sales.period, found)
    return Publication(block, protection.near, protection.rounds)
