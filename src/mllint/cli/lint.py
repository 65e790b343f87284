"""The body of `check` and `fix`: run, report, and the exit code."""

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mllint.cli.failure import Failure
from mllint.cli.output import palette_for, say, write_file, write_text
from mllint.cli.request import Request
from mllint.cli.session import Session, Totals
from mllint.report.diff import coloured_diff
from mllint.report.entry import Entry
from mllint.report.palette import Palette
from mllint.report.statistics import statistics, statistics_json
from mllint.report.summary import fixed_list, summary, would_fix


def lint(request: Request) -> int:
    """Do what the request asks; the exit code: 0 nothing remains, 1 findings, 2 our fault or misuse."""
    session = Session(request, Path.cwd())
    request = session.request  # completed by the configuration
    if request.show_files:
        write_text((f"{target.display}\n" for target in session.targets()), sys.stdout)
        return 1 if session.totals.unreadable else 0
    if request.show_settings:
        return _show_settings(session)
    if request.stdin is not None:
        totals, after = session.run_stdin()
        # With a fix, standard output is the fixed text, and all words go to standard error.
        if request.fix and not request.diff:
            _write_bytes(after)
            _report(session, totals, sys.stderr)
            return _exit_code(request, totals)
    else:
        totals = session.run()
        if not totals.files and not totals.unreadable:
            say("warning: no Python files found")
    _report(session, totals, sys.stdout)
    return _exit_code(request, totals)


def _exit_code(request: Request, totals: Totals) -> int:
    if totals.broken:
        return 2
    if request.exit_zero:
        return 0
    if totals.fixed and (request.diff or request.exit_non_zero_on_fix):
        return 1
    remain = bool(totals.entries) and not request.fix_only
    return 1 if remain or totals.unreadable else 0


def _report(session: Session, totals: Totals, stream: Any) -> None:
    request = session.request
    to_file = request.output_file is not None
    palette = palette_for(stream, request.colour)
    if to_file and request.colour != "always":
        palette = Palette()
    chunks = _chunks(session, totals, palette)
    if request.output_file is not None:
        write_file(request.output_file, chunks)
    else:
        write_text(chunks, stream)
    if request.diff and not request.quiet:
        say("".join(would_fix(totals.fixed_count, totals.entries)))


def _chunks(session: Session, totals: Totals, palette: Palette) -> Iterator[str]:
    """All that a run has to say: findings, what was fixed, summary."""
    request = session.request
    if request.diff:
        for diff in totals.diffs:
            yield coloured_diff(diff, palette)
        return
    entries = [] if request.fix_only else totals.entries
    if request.statistics:
        machine = request.output_format == "json"
        yield from statistics_json(entries) if machine else statistics(entries, palette)
    else:
        yield from _formatted(session, entries, palette)
    if request.output_format in ("json", "github"):
        return
    if request.show_fixes:
        yield from fixed_list(totals.fixed)
    if request.quiet:
        return
    if totals.ignored:
        yield f"Added suppressions for {totals.ignored} {'finding' if totals.ignored == 1 else 'findings'}.\n"
    if not (totals.unreadable or totals.broken) or totals.entries or totals.fixed:
        unsafe = session.settings(session.base).unsafe_fixes
        yield from summary(totals.entries, totals.fixed_count, unsafe=unsafe)


def _formatted(session: Session, entries: Iterable[Entry], palette: Palette) -> Iterator[str]:
    match session.request.output_format:
        case "json":
            from mllint.report.json_report import json_report, rendered_edits

            return json_report(entries, base=str(session.base), render=rendered_edits)
        case "concise":
            from mllint.report.concise import concise

            return concise(entries, palette)
        case "github":
            from mllint.report.github import github

            return github(entries)
        case _:
            from mllint.report.full import full

            return full(entries, palette)


def _show_settings(session: Session) -> int:
    """The settings for the first file, and the rules that they switch on."""
    from mllint.select import enabled_codes

    if session.request.stdin is not None:
        path = session.base / session.request.stdin
    else:
        first = next(session.targets(), None)
        if first is None:
            raise Failure("there is no Python file to show the settings of")
        path = first.path
    settings = session.settings(path)
    codes = sorted(enabled_codes(settings, session.catalogue, path))
    lines = [
        f"Settings for {path}\n\n",
        *(
            f"{item.name.replace('_', '-')} = {_setting(getattr(settings, item.name))}\n"
            for item in dataclasses.fields(settings)
        ),
        f"\nRules in use: {len(codes)}\n",
        *(f"  {code} {session.catalogue.by_code[code].name}\n" for code in codes),
    ]
    write_text(lines, sys.stdout)
    return 0


def _setting(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, default=lambda each: str(each) if isinstance(each, Path) else dict(each)
    )


def _write_bytes(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        write_text([], sys.stdout)
