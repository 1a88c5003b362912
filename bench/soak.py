"""Many small jobs in a row, disturbed in all ways: each ends with a reason, and leaves nothing half or running.

python -m bench.soak [--jobs 200] [--seed 1] [--first 0] [--log soak.jsonl]       again with the same log goes on
python -m bench.soak --seed 1 --only 17 --folder KEPT                             job 17 again, its files kept
python -m bench.soak --inside 50                                                  jobs in one process: its memory
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from .processes import describe_machine
from .soak_checks import resident_mib
from .soak_inside import run_inside
from .soak_plan import FAULTS
from .soak_run import Result, run_job
from .soak_shots import Place

RESULT = Path(__file__).parent / "soak.json"
ENDS = ("done", "told", "stopped", "killed")
MOST_MIB = 64
"""By which the memory of a process that runs many jobs may have grown at the end."""


@contextmanager
def place_at(folder: Path | None) -> Iterator[Place]:
    """A folder for all files: a temporary one, or one that stays."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="soak-") as made:
            yield Place(Path(made).resolve())
        return
    folder.mkdir(parents=True, exist_ok=True)
    yield Place(folder.resolve())


def read_log(path: Path | None) -> dict[int, Result]:
    """What an earlier run has done."""
    if path is None or not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return {line.pop("index"): Result(**line) for line in lines}


def run_jobs(place: Place, wanted: range, seed: int, log: Path | None) -> dict[int, Result]:
    """Each job that the log does not have; its line is written as soon as it is done."""
    results = read_log(log)
    for index in wanted:
        if index in results:
            continue
        result = results[index] = run_job(place, index, seed)
        if log is not None:
            with log.open("a") as file:
                file.write(json.dumps({"index": index, **asdict(result)}) + "\n")
        if result.wrong:
            print(f"{result.job}: {'; '.join(result.wrong)}")
            print(f"   again: python -m bench.soak --seed {seed} --only {index} --folder KEPT", flush=True)
    return {index: results[index] for index in wanted}


def format_table(results: list[Result]) -> str:
    """How the jobs ended, by what was done to them."""
    lines = [f"| fault | jobs | {' | '.join(ENDS)} | wrong |", f"|---|{'---|' * (len(ENDS) + 2)}"]
    for fault in FAULTS:
        those = [result for result in results if result.fault == fault]
        counts = Counter(result.end for result in those)
        cells = [str(counts[end]) for end in ENDS]
        wrong = sum(bool(result.wrong) for result in those)
        lines.append(f"| {fault} | {len(those)} | {' | '.join(cells)} | {wrong} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Small jobs in a row, disturbed; 1 if anything is wrong.")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", type=int, help="this job alone")
    parser.add_argument("--folder", type=Path, help="for all files; they stay")
    parser.add_argument("--log", type=Path, help="a line for each job; those in it are not done again")
    parser.add_argument("--inside", type=int, metavar="JOBS", help="so many in one process, undisturbed or damaged")
    parser.add_argument("--write", action="store_true", help=f"the result to {RESULT.name}")
    options = parser.parse_args()
    wanted = range(options.first, options.first + options.jobs)
    if options.only is not None:
        wanted = range(options.only, options.only + 1)
    with place_at(options.folder) as place:
        if options.inside:
            logging.getLogger("unreel").setLevel(logging.ERROR)  # of what is damaged, much is told
            told = run_inside(place, options.inside, options.seed)
            print(json.dumps(told, indent=1))
            return int(bool(told["wrong"]) or told["grown_mib"] > MOST_MIB)
        before = resident_mib()
        results = list(run_jobs(place, wanted, options.seed, options.log).values())
        grown = resident_mib() - before
    commands = Counter(result.command for result in results)
    wrong = [result for result in results if result.wrong]
    print(describe_machine(), format_table(results), sep="\n")
    print(f"{len(results)} jobs ({', '.join(f'{n} {name}' for name, n in commands.most_common())}), {len(wrong)} wrong")
    print(f"this process grew by {grown:.0f} MiB (at most {MOST_MIB} wanted)")
    if options.write:
        table = {"machine": describe_machine(), "seed": options.seed, "grown_mib": round(grown)}
        RESULT.write_text(json.dumps({**table, "jobs": [asdict(result) for result in results]}, indent=1) + "\n")
    return int(bool(wrong) or grown > MOST_MIB)


if __name__ == "__main__":
    sys.exit(main())
