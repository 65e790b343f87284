"""Cards: a new one compiles, a broken one says where and why, and what `match` says is what is matched."""

import ast
import importlib.util
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cards_under_test import ROOT, catalogue
from mllint.cards.compiler import compile_cards, dump, read_card
from mllint.detect import detect
from mllint.finding import Finding
from mllint.rule import CardError, FixDeclaration, Rule
from mllint.semantics.module import Module
from mllint.source import Source


def tool(name: str) -> ModuleType:
    """A program of the folder ``tools``."""
    spec = importlib.util.spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder with one card, and knowledge."""
    folder = tmp_path / "rules"
    (folder / "data_loading").mkdir(parents=True)
    shutil.copytree(ROOT / "rules" / "knowledge", folder / "knowledge")
    tool_folder(folder).main("data-loading/my-rule")
    return folder


def tool_folder(folder: Path) -> ModuleType:
    new_rule = tool("new_rule")
    new_rule.RULES = folder  # type: ignore[attr-defined]
    return new_rule


def card_in(rules: Path) -> Path:
    return rules / "data_loading" / "my_rule.yaml"


# A new rule


def test_a_new_card_compiles_and_finds_its_example(rules: Path, tmp_path: Path) -> None:
    compiled, prose = compile_cards(rules, tmp_path / "checks")
    (item,) = compiled["rules"]
    assert (item["code"], item["name"], item["family"]) == ("MLL101", "my-rule", "data-loading")
    assert item["nodes"] == ["Call"]
    card = read_card(card_in(rules))
    rule = Rule(**{key: item[key] for key in item if key != "triggers"}, triggers=())
    for example in card.examples:
        lines = [
            number for number, line in enumerate((example.bad or "").split("\n"), 1) if "# expect" in line
        ]
        text = example.bad or example.good or ""
        assert [_line(text, finding) for finding in _detect(text, rule)] == lines
    assert set(prose) == {"my-rule"}
    assert json.loads(dump(compiled)) == compiled


def test_a_new_card_takes_the_next_free_code_of_its_family(rules: Path) -> None:
    assert tool_folder(rules).main("data-loading/another-rule") == 0
    assert read_card(rules / "data_loading" / "another_rule.yaml").code == "MLL102"
    assert tool_folder(rules).main("architecture/third-rule") == 0
    assert read_card(rules / "architecture" / "third_rule.yaml").code == "MLL601"


@pytest.mark.parametrize(
    "name", ["", "no-family", "Family/Name", "data-loading/my_rule", "data-loading/my-rule", "a/b/c"]
)
def test_a_bad_or_taken_name_writes_no_card(
    rules: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in rules.rglob("*.yaml")}
    assert tool_folder(rules).main(name) == 2
    assert {path: path.read_bytes() for path in rules.rglob("*.yaml")} == before
    assert capsys.readouterr().err


def test_the_schema_for_editors_is_fresh() -> None:
    stored = (ROOT / "rules" / "rule.schema.json").read_text(encoding="utf-8")
    assert stored == tool("generate_schema").text(), "run `make schema`"


# Broken cards

BROKEN = {
    "unknown field": ("impact: medium", "impakt: medium", "impakt", "impakt: medium"),
    "wrong value": ("impact: medium", "impact: huge", "huge", "impact: huge"),
    "wrong type": ("default: false", "default: perhaps", "bool", "default: perhaps"),
    "bad YAML": ("impact: medium", "impact: [medium", "", None),
    "bad code": ("code: MLL101", "code: ML101", "regex", "code: ML101"),
    "missing field": ("summary: Say in one line what is slow\n", "", "summary", None),
    "unknown field inside": (
        "  call: [torch",
        "  calls: [torch",
        "calls",
        "  calls: [torch.utils.data.DataLoader]",
    ),
    "two targets": ("  lacks:", "  attribute: [torch.x]\n  lacks:", "one of", "match:"),
    "trigger of two words": (
        "[DataLoader]",
        "[torch.utils]",
        "regex",
        "triggers: [[torch], [torch.utils]]",
    ),
    "link without https": ("https://example.org/", "http://example.org/", "regex", None),
    "fix without verify": (
        "sources:",
        "fix: {title: t, safety: safe}\nsources:",
        "verify",
        "fix: {title: t, safety: safe}",
    ),
    "safe but not exact": (
        "sources:",
        "fix: {title: t, safety: safe}\nverify: {equivalence: samples}\nsources:",
        "contradict",
        "verify: {equivalence: samples}",
    ),
    "exact but not safe": (
        "sources:",
        "fix: {title: t, safety: unsafe}\nverify: {equivalence: exact}\nsources:",
        "contradict",
        "verify: {equivalence: exact}",
    ),
    "another name": ("name: my-rule", "name: your-rule", "your_rule.yaml", None),
    "another family": ("family: data-loading", "family: torch", "folder torch", None),
    "nothing to look for": (
        "match:\n  call: [torch.utils.data.DataLoader]\n  lacks: [{keyword: a_keyword}]\n",
        "",
        "neither",
        None,
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_card_is_refused_with_file_line_and_reason(case: str, rules: Path, tmp_path: Path) -> None:
    old, new, words, line = BROKEN[case]
    text = card_in(rules).read_text()
    assert old in text
    text = text.replace(old, new, 1)
    card_in(rules).write_text(text)
    with pytest.raises(CardError) as refused:
        compile_cards(rules, tmp_path / "checks")
    message = str(refused.value)
    assert message.startswith(f"{card_in(rules)}:")
    assert words in message
    if line is not None:
        assert message.startswith(f"{card_in(rules)}:{text.split(chr(10)).index(line) + 1}: ")


def test_two_cards_of_one_code_or_name_are_refused(rules: Path, tmp_path: Path) -> None:
    (rules / "data_loading" / "zz_rule.yaml").write_text(
        card_in(rules).read_text().replace("my-rule", "zz-rule")
    )
    with pytest.raises(CardError, match="MLL101 is already used by"):
        compile_cards(rules, tmp_path / "checks")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("def check(node: ast.Cal, ctx): ...", "annotate"),
        ("def check(node, ctx): ...", "annotate"),
        ("def check(): ...", "annotate"),
        ("def chek(node: ast.Call, ctx): ...", "no function"),
        ("def check(node: ast.Call | ast.Forr, ctx): ...", "annotate"),
    ],
)
def test_a_check_that_names_no_class_of_ast_is_refused(
    code: str, words: str, rules: Path, tmp_path: Path
) -> None:
    text = card_in(rules).read_text()
    start, end = text.index("match:"), text.index("sources:")
    card_in(rules).write_text(text[:start] + text[end:])
    twin = tmp_path / "checks" / "data_loading" / "my_rule.py"
    twin.parent.mkdir(parents=True)
    twin.write_text(f"import ast\n\n\n{code}\n")
    with pytest.raises(CardError, match=words) as refused:
        compile_cards(rules, tmp_path / "checks")
    assert "my_rule.py:" in str(refused.value)
    twin.write_text("import ast\n\n\ndef check(node: ast.Call | ast.For, ctx): ...\n")
    assert compile_cards(rules, tmp_path / "checks")[0]["rules"][0]["nodes"] == ["Call", "For"]


def test_knowledge_with_an_unknown_field_is_refused(rules: Path, tmp_path: Path) -> None:
    path = rules / "knowledge" / "numpy.yaml"
    path.write_text(path.read_text() + "\nfunktions: {}\n")
    with pytest.raises(CardError, match=r"numpy\.yaml:\d+: .*funktions"):
        compile_cards(rules, tmp_path / "checks")


# The matcher


def _rule(match: Mapping[str, Any], fix: FixDeclaration | None = None) -> Rule:
    return Rule(
        code="MLL199",
        name="test-rule",
        summary="s",
        family="data-loading",
        since="0.1",
        default=True,
        impact="low",
        confidence="low",
        message="m",
        triggers=(),
        match=match,
        fix=fix,
        nodes=("Attribute",) if match.get("attribute") else ("Call",),
    )


def _detect(text: str, rule: Rule) -> list[Finding]:
    module = Module(Source(text), ast.parse(text), catalogue().knowledge)
    return detect(module, [rule], {})


def _line(text: str, finding: Finding) -> int:
    return Source(text).position(finding.span.start).line


LOADER = "torch.utils.data.DataLoader"
CALL = {"call": [LOADER]}
LACKS = {**CALL, "lacks": [{"keyword": "num_workers", "position": 5}]}
HAS = {**CALL, "has": [{"keyword": "shuffle", "position": 2, "value": True}]}
METHOD = {"method": {"of": ["numpy.ndarray"], "names": ["copy"]}}
ATTRIBUTE = {"attribute": ["numpy.pi"]}
MATCHES = {
    "call": (CALL, "from torch.utils.data import DataLoader\nDataLoader(x)", True),
    "call, renamed": (CALL, "from torch.utils.data import DataLoader as D\nD(x)", True),
    "call, through the module": (CALL, "import torch.utils.data as t\nt.DataLoader(x)", True),
    "call, by an alias": (CALL, "import torch\nD = torch.utils.data.DataLoader\nD(x)", True),
    "call, as an attribute of a class": (CALL, "import torch\nclass C:\n    D = torch.utils.data.DataLoader\nC.D(x)", False),
    "call of something else": (CALL, "from somewhere import DataLoader\nDataLoader(x)", False),
    "no call": (CALL, "from torch.utils.data import DataLoader\nDataLoader", False),
    "lacks": (LACKS, "from torch.utils.data import DataLoader\nDataLoader(x, 2)", True),
    "lacks, given by keyword": (LACKS, "from torch.utils.data import DataLoader\nDataLoader(x, num_workers=0)", False),
    "lacks, given by position": (LACKS, "from torch.utils.data import DataLoader\nDataLoader(x, 1, 2, 3, 4, 5)", False),
    "lacks, open by stars": (LACKS, "from torch.utils.data import DataLoader\nDataLoader(*x)", False),
    "lacks, open by two stars": (LACKS, "from torch.utils.data import DataLoader\nDataLoader(x, **y)", False),
    "has": (HAS, "from torch.utils.data import DataLoader\nDataLoader(x, shuffle=True)", True),
    "has, by position": (HAS, "from torch.utils.data import DataLoader\nDataLoader(x, 1, True)", True),
    "has, through a name": (HAS, "from torch.utils.data import DataLoader\ns = True\nDataLoader(x, shuffle=s)", True),
    "has, another value": (HAS, "from torch.utils.data import DataLoader\nDataLoader(x, shuffle=False)", False),
    "has, another type": (HAS, "from torch.utils.data import DataLoader\nDataLoader(x, shuffle=1)", False),
    "has, who knows": (HAS, "from torch.utils.data import DataLoader\nDataLoader(x, shuffle=y)", False),
    "has, absent": (HAS, "from torch.utils.data import DataLoader\nDataLoader(x)", False),
    "method": (METHOD, "import numpy as np\nnp.zeros(3).copy()", True),
    "method, through a name": (METHOD, "import numpy as np\nx = np.zeros(3)\nx.copy()", True),
    "method, of something else": (METHOD, "x = [1]\nx.copy()", False),
    "method, of who knows what": (METHOD, "x.copy()", False),
    "method, another": (METHOD, "import numpy as np\nnp.zeros(3).ravel()", False),
    "attribute": (ATTRIBUTE, "import numpy as np\nx = np.pi", True),
    "attribute of something else": (ATTRIBUTE, "import math as np\nx = np.pi", False),
    "inside a loop": ({**CALL, "inside": "loop"}, "from torch.utils.data import DataLoader\nfor i in y:\n    DataLoader(x)", True),
    "inside no loop": ({**CALL, "inside": "loop"}, "from torch.utils.data import DataLoader\nDataLoader(x)", False),
    "inside item access": (
        {**CALL, "inside": "item-access"},
        "from torch.utils.data import DataLoader, Dataset\n"
        "class D(Dataset):\n    def __getitem__(self, i):\n        DataLoader(x)",
        True,
    ),
    "inside no item access": (
        {**CALL, "inside": "item-access"},
        "from torch.utils.data import DataLoader, Dataset\n"
        "class D(Dataset):\n    def __len__(self):\n        DataLoader(x)",
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MATCHES)
def test_the_matcher_finds_what_the_card_describes_and_nothing_else(case: str) -> None:
    match, text, expected = MATCHES[case]
    assert bool(_detect(text, _rule(match))) == expected


def test_a_match_with_a_declared_builder_carries_a_plan() -> None:
    fix = FixDeclaration(
        "t", "unsafe", "samples", ("d",), "add_keyword", (("keyword", "num_workers"), ("value", "2"))
    )
    (finding,) = _detect("from torch.utils.data import DataLoader\nDataLoader(x)", _rule(LACKS, fix))
    assert finding.fix is not None
    assert (finding.fix.builder, finding.fix.safety, finding.fix.deltas) == ("add_keyword", "unsafe", ("d",))
    assert finding.fix.spans == (finding.span,)
