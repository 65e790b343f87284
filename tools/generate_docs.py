"""Writes what can be generated of the documentation: pages of rules, tables of rules, real output of commands.

``python tools/generate_docs.py`` (``make docs``) writes; tests compare :func:`generated` with what is stored.
A generated section of a Markdown file stands between ``<!-- rules -->``, ``<!-- output of: COMMAND -->`` or
``<!-- first 20 lines of: COMMAND -->``, and ``<!-- end -->``.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from mllint.cards.compiler import card_paths, read_card
from mllint.cards.schema import Example, OptionCard, RuleCard

ROOT = Path(__file__).parent.parent
RULES = ROOT / "rules"
PAGES = ROOT / "docs" / "rules"
#: Files with generated sections.
SECTIONED = ("README.md", "examples/README.md", "docs/fixes.md")

_EXPECTATION = re.compile(r"[ \t]*# expect: MLL\d{3}(?:, MLL\d{3})*[ \t]*$", re.MULTILINE)
_SECTION = re.compile(
    r"(?P<head><!-- (?:rules|(?:output|first (?P<lines>\d+) lines) of: (?P<command>[^\n]+?)) -->\n)"
    r".*?(?P<tail><!-- end -->)",
    re.DOTALL,
)
_IMPACT = {
    "high": "the processor or accelerator waits, or time grows by whole factors",
    "medium": "extra copies, conversions or memory",
    "low": "a little, or only in some cases",
}
_EQUIVALENCE = {
    "exact": "the same results, bit for bit",
    "re-association": "the same results up to rounding",
    "named-delta": "results differ in what is named here",
    "samples": "the same samples",
    "none": "another computation",
}


def generated() -> dict[Path, str]:
    """The text that each generated file should have, by path."""
    texts = {PAGES / f"{card.name}.md": rule_page(card) for card in cards()}
    texts[PAGES / "index.md"] = index_page()
    for name in SECTIONED:
        path = ROOT / name
        texts[path] = with_sections(path.read_text(encoding="utf-8"))
    return texts


def superfluous() -> list[Path]:
    """Pages of rules that are no more."""
    wanted = {f"{card.name}.md" for card in cards()} | {"index.md"}
    return [path for path in sorted(PAGES.glob("*.md")) if path.name not in wanted]


@lru_cache(maxsize=1)
def cards() -> tuple[RuleCard, ...]:
    """All cards, in the order of codes."""
    return tuple(sorted((read_card(path) for path in card_paths(RULES)), key=lambda card: card.code))


def with_sections(text: str) -> str:
    """A Markdown text with its generated sections written anew."""

    def section(match: re.Match[str]) -> str:
        if match["command"] is None:
            body = rule_table("docs/rules/")
        else:
            text = output(match["command"])
            if match["lines"]:
                text = "".join(text.splitlines(keepends=True)[: int(match["lines"])]) + "…"
            body = _block(text, "text")
        return f"{match['head']}\n{body}\n{match['tail']}"

    return _SECTION.sub(section, text)


@lru_cache(maxsize=32)
def output(command: str) -> str:
    """What a command of mllint writes when it runs in the root of the checkout, without colours."""
    program, *arguments = shlex.split(command)
    if program != "mllint":
        raise ValueError(f"only mllint is run, not {program!r}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MLLINT_")}
    result = subprocess.run(
        [sys.executable, "-m", "mllint", *arguments],
        cwd=ROOT,
        env=kept | {"NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if result.returncode not in (0, 1):
        raise RuntimeError(f"{command}: exit status {result.returncode}\n{result.stdout}")
    return result.stdout


def rule_table(folder: str) -> str:
    """A table of all rules; links point into ``folder``."""
    rows = ["| Code | Rule | What it finds | Impact | By default | Fix |", "|---|---|---|---|---|---|"]
    rows += (
        f"| {card.code} | [{card.name}]({folder}{card.name}.md) | {_cell(card.summary)} "
        f"| {card.impact} | {'on' if card.default else 'off'} | {card.fix.safety if card.fix else '–'} |"
        for card in cards()
    )
    return "\n".join(rows) + "\n"


def index_page() -> str:
    """The page that lists the rules by family."""
    parts = [
        "# Rules\n",
        "Each rule has a code and a name; both can be used wherever a rule is named. `mllint rules` prints "
        "this list, `mllint rule NAME` one of its pages. The column *Fix* tells the safety that a rule's fix "
        "has in general; [Fixes](../fixes.md) explains the words.\n",
    ]
    for family in sorted({card.family for card in cards()}, key=_first_code):
        parts.append(f"## {family}\n")
        parts.append("| Code | Rule | What it finds | Impact | By default | Fix |\n|---|---|---|---|---|---|")
        parts += [row for row in rule_table("").splitlines()[2:] if _code(row) in _codes(family)]
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def rule_page(card: RuleCard) -> str:
    """The page of one rule."""
    return "\n".join(_page(card)).rstrip("\n") + "\n"


def _page(card: RuleCard) -> Iterator[str]:
    yield f"# {card.name} ({card.code})\n"
    yield f"{card.summary.rstrip('.')}.\n"
    yield from _facts(card)
    yield f"\n## Why\n\n{card.why.strip()}\n"
    yield f"## When not\n\n{card.when_not.strip()}\n"
    if card.measured:
        yield f"## Measured\n\n{card.measured.strip()}\n"
    if card.options:
        yield f"## Options\n\nUnder `[tool.mllint.rules.{card.name}]`:\n"
        yield "| Option | Type | Default | Meaning |\n|---|---|---|---|"
        for name, option in card.options.items():
            meaning = _cell(" ".join(option.help.split()))
            yield f"| `{name}` | {_type(option)} | `{_toml(option.default)}` | {meaning} |"
        yield ""
    yield "## Examples\n"
    for example in card.examples:
        yield from _example(card, example)
    yield "## Sources\n"
    yield from (f"- [{source.title}]({source.url})" for source in card.sources)


def _facts(card: RuleCard) -> Iterator[str]:
    yield f"- **Family:** {card.family}"
    yield f"- **Impact:** {card.impact} ({_IMPACT[card.impact]})"
    yield f"- **Confidence:** {card.confidence}"
    yield f"- **By default:** {'on' if card.default else 'off'}"
    if card.fix is None or card.verify is None:
        yield "- **Fix:** none; the finding is reported"
    else:
        deltas = f"; may change: {', '.join(card.verify.deltas)}" if card.verify.deltas else ""
        yield f"- **Fix:** {card.fix.safety} ([what that means](../fixes.md)): {card.fix.title}"
        yield f"- **After the fix:** {_EQUIVALENCE[card.verify.equivalence]}{deltas}"
    if card.applies:
        yield f"- **Holds for:** {', '.join(f'{name} {version}' for name, version in card.applies.items())}"
    yield f"- **Since:** {card.since}"


def _example(card: RuleCard, example: Example) -> Iterator[str]:
    if example.note:
        yield f"{example.note[0].upper()}{example.note[1:]}:\n"
    for name, content in example.files.items():
        size = re.fullmatch(r"size:(\d+)", content.strip())
        if size:
            yield f"With a file `{name}` of {int(size[1]):,} bytes.\n"
        else:
            yield f"With a file `{name}`:\n\n{_block(content, 'text')}"
    if example.options:
        lines = [f"[tool.mllint.rules.{card.name}]"]
        lines += [f"{name} = {_toml(value)}" for name, value in example.options.items()]
        yield _block("\n".join(lines), "toml")
    if example.bad is not None:
        yield f"Reported:\n\n{_python(example.bad)}"
    if example.good is not None:
        fixed = example.bad is not None and card.fix is not None and not example.unfixed
        title = "After the fix" if fixed else "Better" if example.bad is not None else "Accepted"
        yield f"{title}:\n\n{_python(example.good)}"


def _python(text: str) -> str:
    return _block(_EXPECTATION.sub("", text), "python")


def _block(text: str, language: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _type(option: OptionCard) -> str:
    if option.values:
        return "one of " + ", ".join(f"`{value}`" for value in option.values)
    least = f", at least {option.minimum:g}" if option.minimum is not None else ""
    return f"{option.type}{least}"


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return str(value)


def _codes(family: str) -> set[str]:
    return {card.code for card in cards() if card.family == family}


def _first_code(family: str) -> str:
    return min(_codes(family))


def _code(row: str) -> str:
    return row.split(" | ")[0].removeprefix("| ")


def main() -> int:
    """Write every file that differs, remove pages of rules that are no more, and say which."""
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")
    for path in superfluous():
        path.unlink()
        print(f"removed: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
