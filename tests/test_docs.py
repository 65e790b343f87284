"""The documentation: fresh where it is generated, complete where it is written by hand, and no dead links."""

import ast
import importlib.util
import json
import re
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from cards_under_test import CARDS, ROOT
from mllint import cards
from mllint.cli.check import command as check_command
from mllint.cli.fix import command as fix_command
from mllint.cli.main import cli
from mllint.config import ConfigResolver
from mllint.config.values import KEYS

REGENERATE = "run `python tools/generate_docs.py` (or `make docs`) and commit what it writes"
MARKDOWN = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md")
    for path in ROOT.glob(pattern)
)
EXAMPLES = ROOT / "examples"


@lru_cache(maxsize=1)
def generator() -> ModuleType:
    specification = importlib.util.spec_from_file_location(
        "generate_docs", ROOT / "tools" / "generate_docs.py"
    )
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_what_is_generated_is_fresh() -> None:
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in generator().generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, f"{stale}: {REGENERATE}"
    assert generator().superfluous() == [], REGENERATE


def test_generated_pages_hold_no_expectations_and_no_paths_of_this_machine() -> None:
    for path, text in generator().generated().items():
        assert "# expect:" not in text, path
        assert str(ROOT) not in text, path


def first_code_block(text: str, section: str) -> list[str]:
    _, _, rest = text.partition(f"\n## {section}\n")
    block = re.search(r"^```[^\n]*\n(.*?)^```", rest, re.DOTALL | re.MULTILINE)
    assert block is not None, section
    assert "\n## " not in rest[: block.start()], section
    return block[1].splitlines()


def test_quick_start_and_development_begin_with_one_command_line() -> None:
    readme = text_of("README.md")
    (quick,) = first_code_block(readme, "Quick start")
    assert quick == "python -m pip install -q . && python -m mllint check --exit-zero examples"
    (development,) = first_code_block(readme, "Development")
    assert development == 'python -m pip install -q -e ".[test,frameworks]" && python -m pytest -n auto'


def test_every_key_of_the_configuration_is_documented() -> None:
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", text_of("docs/configuration.md"), re.MULTILINE))
    assert set(KEYS) <= documented


def test_every_option_of_check_and_fix_is_documented() -> None:
    text = text_of("docs/configuration.md")
    names = {
        name
        for command in (check_command, fix_command)
        for parameter in command.get_params(click.Context(command))
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {name for name in names if not re.search(rf"`{re.escape(name)}[` ]", text)} == set()


def test_every_delta_of_a_fix_is_explained() -> None:
    deltas = {delta for card in CARDS.values() if card.verify for delta in card.verify.deltas}
    missing = {delta for delta in deltas if f"| `{delta}` |" not in text_of("docs/fixes.md")}
    assert not missing, "explain these words in docs/fixes.md"


@pytest.mark.parametrize("name", MARKDOWN)
def test_links_lead_to_files_and_headings(name: str) -> None:
    prose = re.sub(r"^```.*?^```", "", text_of(name), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            assert target.startswith("https://"), target
            continue
        path, _, anchor = target.partition("#")
        linked = (ROOT / name).parent / path if path else ROOT / name
        assert linked.exists(), f"{name}: {target}"
        if anchor:
            assert anchor in anchors(linked), f"{name}: {target}"


@pytest.mark.parametrize("name", MARKDOWN)
def test_scripts_and_folders_of_ours_that_are_named_exist(name: str) -> None:
    named = re.findall(r"`(?:python )?((?:benchmarks|docs|rules|src|tests|tools)/[\w./-]*)`", text_of(name))
    assert [path for path in named if not (ROOT / path).exists()] == []


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", ["README.md", "docs/configuration.md"])
def test_shown_configurations_are_valid(name: str, tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", text_of(name), re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
        settings = ConfigResolver(cards.load(), base=tmp_path, environ={}).settings_for(tmp_path / "a.py")
        assert settings.config_path == tmp_path / "pyproject.toml"


@lru_cache(maxsize=1)
def found_in_examples() -> tuple[tuple[str, str], ...]:
    """File and code of each finding in the examples."""
    result = CliRunner().invoke(cli, ["check", "--output-format", "json", str(EXAMPLES)])
    assert result.exit_code == 1, result.stderr
    return tuple((Path(item["filename"]).name, item["code"]) for item in json.loads(result.stdout))


@pytest.mark.parametrize("family", sorted({card.family for card in CARDS.values()} - {"mllint"}))
def test_each_family_speaks_in_the_examples(family: str) -> None:
    codes = {card.code for card in CARDS.values() if card.family == family}
    assert codes & {code for _, code in found_in_examples()}


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.py")), ids=lambda path: path.name)
def test_examples_are_python_and_each_has_a_finding(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"))
    assert path.name in {name for name, _ in found_in_examples()}
