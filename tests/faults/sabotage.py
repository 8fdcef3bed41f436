"""Removes one guard of the purges at a time, in a copy of the project, and asks the tests: does one of them turn red?

``python -m tests.faults.sabotage`` prints for each guard the tests that noticed; it fails where none did.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES, STORE, SOURCE = "diager_dpo/services", "diager_dpo/store", "diager_dpo/source"
EXECUTION = "tests/services/test_purge_execution.py"
REVIEWS = "tests/services/test_purge_reviews.py"
AT_ONCE = "tests/faults/test_at_once.py"
PATIENCE_S = 240
ONLY_SQLITE = ("-k", "not postgresql")


@dataclass(frozen=True)
class Guard:
    """``gone`` takes the place of ``there`` in ``file``."""

    name: str
    file: str
    there: str
    gone: str
    tests: tuple[str, ...]


GUARDS = [
    Guard("lock", f"{STORE}/locks.py", "except OSError:\n            return False", "except OSError:\n            return True", (EXECUTION, "-k", "only_one_executes")),
    Guard("lock against a scan", f"{SERVICES}/purge_execution.py", "exclusive(installation.store, SCAN_LOCK, wait_for_scan)", 'exclusive(installation.store, "other", wait_for_scan)', (AT_ONCE, "-k", "scan_started and not postgresql")),
    Guard("fence of the store", f"{SERVICES}/purge_chunk.py", "if not settlements.is_mine(store, run.purge.id, run.fence):", "if False:", (EXECUTION, "-k", "lost_the_purge")),
    Guard("fence of the source", f"{SOURCE}/erasure_fence.py", "if not found or int(found[0][0]) != fence:", "if not found:", (EXECUTION, "-k", "lost_the_purge")),
    Guard("re-check from the live facts", f"{SERVICES}/purge_chunk.py", "skips = changes(chunk.approved, now, run.ground)", "skips = changes(chunk.approved, chunk.approved, run.ground)", (EXECUTION, "-k", "changed_since or while_a_chunk")),
    Guard("a decision while a chunk is under way", f"{SERVICES}/purge_chunk.py", "if settlements.decided_so_far(store, run.purge.source) != known:", "if False:", (AT_ONCE, "-k", "suspension and not postgresql")),
    Guard("compare-and-set of an approval", f"{STORE}/purges.py", ".where(purge.c.id == number, purge.c.state == former.value, purge.c.version == version)", ".where(purge.c.id == number)", ("tests/services/test_purge_checks.py", REVIEWS, "-k", "fifty or of_two")),
    Guard("compare-and-set of a take-over", f"{STORE}/purge_settlements.py", "purge.c.state == former.state.value, purge.c.fence == former.fence)", "True)", ("tests/services/test_purge_recovery.py",)),
    Guard("four eyes at an approval", f"{SERVICES}/purge_decisions.py", "if actor == Identity(row.proposer_issuer, row.proposer_subject):", "if False:", (REVIEWS, *ONLY_SQLITE)),
    Guard("four eyes at an execution", f"{SERVICES}/purge_checks.py", "if proposer == approver:", "if False:", (EXECUTION, "tests/services/test_purge_checks.py")),
    Guard("four eyes in the store", f"{STORE}/migrations/versions/0004_purges.py", '"approver_issuer <> proposer_issuer or approver_subject <> proposer_subject"', '"1 = 1"', (REVIEWS, *ONLY_SQLITE)),
    Guard("digest at an execution", f"{SERVICES}/purge_checks.py", "if _digest(installation, connection, row) != row.digest:", "if False:", (EXECUTION, "-k", "two_people_decided")),
    Guard("digest at an approval", f"{SERVICES}/purge_decisions.py", "if digest != row.digest or digest_now(installation, connection, row) != digest:", "if False:", (REVIEWS, *ONLY_SQLITE)),
    Guard("basis at an execution", f"{SERVICES}/purge_checks.py", "if what is not None:", "if False:", (EXECUTION, "tests/services/test_purge_checks.py")),
    Guard("a right of 24 hours", f"{SERVICES}/purge_decisions.py", "return since is not None and now - since >= RIGHT_RIPENS", "return since is not None", (REVIEWS, *ONLY_SQLITE)),
    Guard("a recent sign-in", f"{SERVICES}/purge_decisions.py", "or not signed_in_recently(installation, token)", "", (REVIEWS, *ONLY_SQLITE)),
    Guard("an approval that expires", f"{SERVICES}/purge_standing.py", "return PurgeState.EXPIRED if over else state", "return state", (REVIEWS, EXECUTION, "-k", "expire and not postgresql or two_people_decided")),
    Guard("nothing left", f"{SERVICES}/purge_chunk.py", "if left(connection, run.plan, batch, live).any():", "if False:", (EXECUTION, "-k", "left")),
    Guard("a fresh read finds nothing", f"{SERVICES}/purge_conclusion.py", "if found.remaining.total():", "if False:", (EXECUTION, "-k", "fresh_read")),
    Guard("no more than the dry run counted", f"{SERVICES}/purge_chunk.py", "if any(n + so_far > planned for n, planned, so_far in _against_plan(gone, places)):", "if False:", (EXECUTION, "-k", "dry_run_counted")),
    Guard("one in a hundred", f"{SERVICES}/purge_chunk.py", "if too_many_skipped(run.skipped + len(skipped), run.items):", "if False:", (EXECUTION, "-k", "one_in_a_hundred")),
    Guard("receipts", f"{SERVICES}/purge_settling.py", "done = np.intersect1d(receipts.items, np.array(unsettled, np.int64))", "done = np.array([], np.int64)", ("tests/services/test_purge_recovery.py",)),
]  # fmt: skip


def noticed(guard, copy):
    """The tests that turn red without this guard."""
    file = copy / guard.file
    whole = file.read_text("utf-8")
    if whole.count(guard.there) < 1:
        return [f"cannot find it in {guard.file}"], False
    file.write_text(whole.replace(guard.there, guard.gone), "utf-8")
    tests = [each for each in guard.tests if not each.endswith(".py") or (copy / each).exists()]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", *tests]
    try:
        told = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return ["(no end: somebody waits for ever)"], True
    finally:
        file.write_text(whole, "utf-8")
    red = re.findall(r"^(?:FAILED|ERROR) \S+?::([^\s\[]+)", told.stdout, re.MULTILINE)
    return sorted(set(red)), told.returncode == 1 and bool(red)


def main():
    wanted = [guard for guard in GUARDS if len(sys.argv) == 1 or guard.name in sys.argv[1:]]
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        kept_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, copy, ignore=kept_out)
        for guard in wanted:
            red, is_red = noticed(guard, copy)
            missed += not is_red
            print(guard.name, *(red or ["NOBODY NOTICED"]), sep="\n    ", flush=True)  # noqa: T201 - a program
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
