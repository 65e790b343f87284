"""Runs the default rules over public code and puts the findings beside what people judged of them.

FOLDER holds one folder per code base of `codebases.toml`: a clone of the repository, or the unpacked wheel.
Writes `findings.tsv` (every finding by code base, path, line and rule) and `results.md` (the table). Judged
findings stand in `judged.tsv`, one per line: code base, path, line, rule, verdict (true, pedantic, false),
reason. A finding without a verdict counts as open.

    python benchmarks/corpus/run.py FOLDER
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mllint import __version__, cards
from mllint.config import ConfigResolver
from mllint.files import Target, discover
from mllint.notebook import read_notebook
from mllint.run import check_source
from mllint.source import Source, SourceError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
VERDICTS = ("true", "pedantic", "false")


class Place(NamedTuple):
    """A finding, by what stays the same from run to run."""

    codebase: str
    path: str
    line: str
    rule: str


class Size(NamedTuple):
    """How much code there is, what version of it, and the CPU seconds of the check."""

    version: str
    files: int
    lines: int
    seconds: float
    crashes: int


def check(name: str, folder: Path) -> tuple[Size, list[Place]]:
    """All findings of the default rules in one code base, the project's own configuration left aside."""
    catalogue = cards.load()
    resolver = ConfigResolver(catalogue, explicit=None, isolated=True, overrides={}, base=folder)
    places: list[Place] = []
    files = lines = crashes = 0
    start = time.process_time()
    for target in discover([str(folder)], resolver, cwd=folder):
        if not isinstance(target, Target):
            continue
        relative = target.path.relative_to(folder).as_posix()
        try:
            data = target.path.read_bytes()
            notebook = target.path.suffix == ".ipynb"
            source = read_notebook(data, relative) if notebook else Source.from_bytes(data, relative)
        except (OSError, SourceError):
            continue
        files += 1
        lines += source.line_count
        settings = resolver.settings_for(target.path)
        try:
            findings = check_source(source, settings, catalogue, path=target.path).findings
        except Exception as error:  # a crash is a result here
            print(f"{name}: {relative}: {type(error).__name__}: {error}", file=sys.stderr)
            crashes += 1
            continue
        for finding in findings:
            position = source.position(finding.span.start)
            line = f"cell {position.cell}:{position.line}" if position.cell else str(position.line)
            places.append(Place(name, relative, line, finding.name))
    return Size(version_of(folder), files, lines, time.process_time() - start, crashes), sorted(set(places))


def version_of(folder: Path) -> str:
    """The commit of a clone, or the version of an unpacked wheel."""
    for metadata in folder.glob("*.dist-info/METADATA"):
        for line in metadata.read_text(encoding="utf-8").splitlines():
            if line.startswith("Version: "):
                return line.removeprefix("Version: ")
    command = ["git", "-C", str(folder), "rev-parse", "--short=10", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def judgements() -> dict[Place, tuple[str, str]]:
    """Verdict and reason by place; ValueError for a line that is none."""
    found: dict[Place, tuple[str, str]] = {}
    for number, line in enumerate((HERE / "judged.tsv").read_text(encoding="utf-8").splitlines()[1:], 2):
        *place, verdict, reason = line.split("\t")
        if len(place) != 4 or verdict not in VERDICTS or not reason:
            raise ValueError(f"judged.tsv:{number}: code base, path, line, rule, verdict, reason")
        found[Place(*place)] = (verdict, reason)
    return found


def table(sizes: dict[str, Size], places: list[Place]) -> Iterator[str]:
    """The results as Markdown."""
    judged = judgements()
    yield "# Findings on public code"
    yield ""
    yield f"mllint {__version__}, default rules, written by `python benchmarks/corpus/run.py FOLDER`."
    yield "Findings stand in `findings.tsv`, verdicts with reasons in `judged.tsv`."
    yield ""
    yield "| code base | version | files | lines | findings | true | pedantic | false | open | crashes |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for name, size in sizes.items():
        own = [place for place in places if place.codebase == name]
        yield f"| {name} | {size.version} | {size.files} | {size.lines} | {_counts(own, judged)} | {size.crashes} |"
    files, lines = sum(size.files for size in sizes.values()), sum(size.lines for size in sizes.values())
    crashes = sum(size.crashes for size in sizes.values())
    yield f"| **all** | | {files} | {lines} | {_counts(places, judged)} | {crashes} |"
    yield ""
    yield "| rule | findings | true | pedantic | false | open |"
    yield "|---|--:|--:|--:|--:|--:|"
    for rule in cards.load():
        if rule.default:
            yield f"| {rule.name} | {_counts([place for place in places if place.rule == rule.name], judged)} |"


def _counts(places: list[Place], judged: dict[Place, tuple[str, str]]) -> str:
    verdicts = Counter(judged[place][0] if place in judged else "open" for place in places)
    return " | ".join(
        str(number) for number in (len(places), *(verdicts[each] for each in (*VERDICTS, "open")))
    )


def main(folder: Path) -> int:
    known = tomllib.loads((HERE / "codebases.toml").read_text(encoding="utf-8"))
    sizes: dict[str, Size] = {}
    places: list[Place] = []
    for name in known:
        if not (folder / name).is_dir():
            print(f"{name}: not in {folder}, left out", file=sys.stderr)
            continue
        sizes[name], found = check(name, (folder / name).resolve())
        places += found
        print(f"{name}: {len(found)} findings, {sizes[name].seconds:.1f} s", file=sys.stderr)
    rows = ["\t".join(Place._fields), *("\t".join(place) for place in places)]
    (HERE / "findings.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (HERE / "results.md").write_text("\n".join(table(sizes, places)) + "\n", encoding="utf-8")
    return 1 if any(size.crashes for size in sizes.values()) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
