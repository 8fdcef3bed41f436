"""Everything that is measured, side by side, in one run: ``python -m benchmarks``.

Ratios count, not seconds: both sides of each ran on the same machine, one after the other.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import browsing, counts, pages, scans
from benchmarks.company import make_company
from benchmarks.installing import Measured, database, in_a_process
from benchmarks.purges import measure_purges
from benchmarks.statistics import measure_statistics

_TEN_MILLION = 10_000_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--persons", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument(
        "--ten-million",
        action="store_true",
        help="also scan ten million persons and count them; with --statistics, ten million lines",
    )
    parser.add_argument("--pages", action="store_true", help="measure the screens instead, at the largest size")
    parser.add_argument("--purges", action="store_true", help="measure purges instead, at the largest size")
    parser.add_argument("--statistics", action="store_true", help="measure statistics instead, at a million lines")
    parser.add_argument("--folder", type=Path, help="where to work; needs 1 GB a million persons")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        if chosen.statistics:
            measure_statistics(Path(folder), _TEN_MILLION if chosen.ten_million else 1_000_000)
            return
        if chosen.purges:
            measure_purges(Path(folder), max(chosen.persons))
            return
        if chosen.pages:
            measure_pages(Path(folder), max(chosen.persons))
            return
        for persons in chosen.persons:
            measure(Path(folder) / str(persons), persons)
        if chosen.ten_million:
            large = measure_service(Path(folder) / "ten-million", _TEN_MILLION)
            for persons in chosen.persons:  # once more, so that both run in the same minute
                small = in_a_process(counts.service, Path(folder) / str(persons)).seconds
                say_ratio(f"counts at 10 M ÷ counts at {persons:,}", large / small, "≤ 2 at 1 M")


def measure(folder: Path, persons: int) -> None:
    """One size, everything."""
    make(folder, persons)
    begin_table(persons)
    full = say("full scan", in_a_process(scans.full_scan, folder))
    floor = say("  its floor: numpy + raw insert", in_a_process(scans.floor, folder))
    same = say("re-scan, nothing changed", in_a_process(scans.rescan_unchanged, folder))
    changed = say("re-scan, 1 % changed", in_a_process(scans.rescan_one_percent, folder))
    service = say("counts through the service", in_a_process(counts.service, folder))
    say("  first of a process", in_a_process(counts.service_first, folder))
    one_pass = say("counts, numba pass", in_a_process(counts.numba_pass, folder))
    frame = say("counts, pandas", in_a_process(counts.pandas_reading, folder))
    aggregate = say("counts, SQL aggregate", in_a_process(counts.sql_aggregate, folder))
    dates = say("counts, dates in SQL", in_a_process(counts.sql_dates, folder))
    say_ratio("full scan ÷ floor", full.seconds / floor.seconds, "≤ 3")
    say_ratio("re-scan 1 % ÷ full scan", changed.seconds / full.seconds, "≤ 0.5")
    say_ratio("re-scan unchanged ÷ full scan", same.seconds / full.seconds, "")
    say_ratio("peak of a scan, MB", max(full.peak_mb, changed.peak_mb), "< 1024 at 1 M")
    say_ratio("pandas ÷ service", frame.seconds / service.seconds, "≥ 300 at 1 M")
    say_ratio("SQL aggregate ÷ service", aggregate.seconds / service.seconds, "≥ 20 at 1 M")
    say_ratio("dates in SQL ÷ service", dates.seconds / service.seconds, "")
    say_ratio("service ÷ numba pass", service.seconds / one_pass.seconds, "")


def measure_service(folder: Path, persons: int) -> float:
    """One size, the service only; the seconds of one count."""
    make(folder, persons)
    begin_table(persons)
    say("full scan", in_a_process(scans.full_scan, folder))
    return say("counts through the service", in_a_process(counts.service, folder)).seconds


def measure_pages(folder: Path, persons: int) -> None:
    """What people wait for: reruns of each screen, the first sentence in a browser, and the very first visit."""
    first_visit = browsing.first_visit(folder)
    make(folder, persons)
    token = pages.sign_in(folder)
    again = pages.reruns(folder, token)
    empty, title, sentence = browsing.first_sentences(folder, token, pages.environment(folder))
    seen = {"text of an empty page": empty, "title of the overview": title, "first sentence of the overview": sentence}
    print(f"\n### Screens, {persons:,} persons\n\n| what | seconds | of the processor |\n|---|---|---|")
    for address, (wall, processor) in again.items():
        print(f"| rerun of {address} | {wall:.3f} | {processor:.3f} |")
    for what, seconds in seen.items():
        print(f"| browser: {what} | {seconds:.2f} | |")
    print(f"| server on an empty home to the overview | {first_visit:.1f} | |")
    say_ratio("first sentence ÷ empty page", sentence / empty, "≤ 1.3")


def make(folder: Path, persons: int) -> None:
    (folder / "home").mkdir(mode=0o700, parents=True)
    make_company(database(folder), persons)


def begin_table(persons: int) -> None:
    print(f"\n### {persons:,} persons\n\n| what | seconds | rows | peak MB |\n|---|---|---|---|", flush=True)


def say(what: str, measured: Measured) -> Measured:
    print(f"| {what} | {measured.seconds:.4f} | {measured.rows:,} | {measured.peak_mb:.0f} |", flush=True)
    return measured


def say_ratio(what: str, ratio: float, goal: str) -> None:
    print(f"| **{what}** | **{ratio:.2f}** | {goal} | |", flush=True)


if __name__ == "__main__":
    main()
