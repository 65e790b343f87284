"""The loop that applies fixes, with checks made of a few lines."""

import ast
import io
import shutil
import subprocess
import tokenize
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mllint.fixes
from mllint.finding import Finding, FixPlan, Import, PlainValue, Span
from mllint.fixes.apply import Outcome, fix_source, unified_diff
from mllint.source import Cell, Source

Check = Callable[[Source], list[Finding]]


def finding(code: str, span: Span, plan: FixPlan | None, message: str = "slow") -> Finding:
    return Finding(code, code.lower(), message, span, "high", "high", plan)


def plan(builder: str, span: Span, imports: tuple[Import, ...] = (), **arguments: PlainValue) -> FixPlan:
    return FixPlan(builder, "safe", "do it", (span,), tuple(arguments.items()), imports)


def calls(source: Source, name: str) -> list[ast.Call]:
    try:
        tree = ast.parse(source.text)
    except SyntaxError:
        return []
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def add_k(source: Source) -> list[Finding]:
    """Calls of ``f`` want a ``k``."""
    return [
        finding(
            "MLL101",
            source.span(call),
            plan("add_keyword", source.span(call), (Import("os"),), keyword="k", value="os"),
        )
        for call in calls(source, "f")
        if not any(item.arg == "k" for item in call.keywords)
    ]


def replacing(old: str, new: str, code: str = "MLL102") -> Check:
    """Calls of ``old`` are rewritten as ``new``."""

    def check(source: Source) -> list[Finding]:
        return [
            finding(code, source.span(call), plan("replace_text", source.span(call), text=new))
            for call in calls(source, old)
        ]

    return check


def fixed(text: str, *checks: Check) -> Outcome:
    return fix_source(
        Source(text), lambda source: [each for check in checks for each in check(source)], lambda _: True
    )


def test_all_fixes_and_their_import_are_applied_in_one_pass() -> None:
    outcome = fixed("import abc\n\nf(1)  # one\nf(f(2))\n", add_k)
    assert outcome.source.text == "import abc\nimport os\n\nf(1, k=os)  # one\nf(f(2, k=os), k=os)\n"
    assert (outcome.passes, outcome.converged, outcome.failed, outcome.remaining) == (1, True, (), ())
    assert outcome.counts == {"MLL101": 3}


def test_a_second_run_changes_nothing() -> None:
    once = fixed("f(1)\n", add_k)
    again = fix_source(once.source, add_k, lambda _: True)
    assert again == Outcome(once.source, (), (), (), 0, True)


def test_overlapping_fixes_wait_for_the_next_pass() -> None:
    outcome = fixed("old(f(1))\n", replacing("old", "f(2)"), add_k)
    assert outcome.source.text == "import os\n\nf(2, k=os)\n"
    assert outcome.passes == 2
    assert outcome.counts == {"MLL101": 1, "MLL102": 1}


def test_two_insertions_at_one_spot_wait_for_each_other() -> None:
    def insert(name: str) -> Check:
        def check(source: Source) -> list[Finding]:
            if f"{name}\n" in source.text:
                return []
            span = source.span(ast.parse(source.text).body[-1])
            return [finding("MLL103", span, plan("insert_statement", span, before=(name,)), name)]

        return check

    outcome = fixed("last", insert("one"), insert("two"))
    assert outcome.source.text == "one\ntwo\nlast"
    assert outcome.passes == 2


def test_only_admitted_findings_are_fixed() -> None:
    source = Source("f(1)\nold()\n")
    outcome = fix_source(
        source,
        lambda text: [*add_k(text), *replacing("old", "new")(text)],
        lambda finding: finding.code == "MLL102",
    )
    assert outcome.source.text == "f(1)\nnew\n"
    assert [each.code for each in outcome.remaining] == ["MLL101"]
    assert outcome.failed == ()


def test_a_fix_that_would_break_the_file_is_left_out_and_named() -> None:
    broken = replacing("bad", "1 +", "MLL104")
    outcome = fixed("f(1)\nbad()\nf(2)\nbad()\n", add_k, broken)
    assert outcome.source.text == "import os\n\nf(1, k=os)\nbad()\nf(2, k=os)\nbad()\n"
    assert outcome.converged
    assert [each.code for each, _ in outcome.failed] == ["MLL104", "MLL104"]
    assert "internal error" in outcome.failed[0][1] and "MLL104 (mll104)" in outcome.failed[0][1]
    assert [each.span.start for each in outcome.remaining] == [22, 39]


def test_a_fix_that_breaks_in_its_builder_does_not_cost_the_others() -> None:
    def check(source: Source) -> list[Finding]:
        return [
            finding("MLL105", source.span(call), plan("replace_text", source.span(call), text=3))
            for call in calls(source, "g")
        ]

    outcome = fixed("g()\nf()\n", check, add_k)
    assert outcome.source.text == "import os\n\ng()\nf(k=os)\n"
    ((_, reason),) = outcome.failed
    assert reason.startswith("internal error: the fix of MLL105 (mll105) broke: ")


def test_a_refused_fix_leaves_its_finding_with_the_reason() -> None:
    def check(source: Source) -> list[Finding]:
        span = source.span(ast.parse(source.text).body[1])
        return [finding("MLL106", span, plan("insert_statement", span, before=("x",)))]

    outcome = fixed("a; b\n", check)
    assert outcome.source.text == "a; b\n"
    assert outcome.failed[0][1] == "the statement shares its line with other code"
    assert outcome.remaining == (outcome.failed[0][0],)
    assert (outcome.passes, outcome.converged) == (0, True)


def test_a_fix_that_leaves_its_finding_does_not_loop() -> None:
    def check(source: Source) -> list[Finding]:
        span = source.span(ast.parse(source.text).body[-1])
        return [finding("MLL107", span, plan("insert_statement", span, before=("again",)))]

    outcome = fixed("last\n", check)
    assert outcome.source.text == "again\nlast\n"
    assert (outcome.passes, outcome.applied, outcome.converged) == (1, (), True)
    assert "left what it should mend" in outcome.failed[0][1]


def test_fixes_that_undo_each_other_stop_after_ten_passes() -> None:
    outcome = fixed("one()\n", replacing("one", "two()"), replacing("two", "one()"))
    assert (outcome.passes, outcome.converged) == (10, False)
    assert len(outcome.remaining) == 1


def test_a_notebook_is_returned_as_it_is() -> None:
    source = Source("f(1)\n", cells=(Cell(1, 1, 1),))
    outcome = fix_source(source, add_k, lambda _: True)
    assert outcome.source is source
    assert len(outcome.remaining) == 1


def test_a_file_that_does_not_parse_is_left_alone() -> None:
    def check(source: Source) -> list[Finding]:
        return [finding("MLL901", Span(0, 1), plan("text_edits", Span(0, 1), edits=((0, 1, "y"),)))]

    outcome = fixed("x = = 1\n", check)
    assert outcome.source.text == "x = = 1\n"
    assert "does not parse" in outcome.failed[0][1]


def test_an_import_comes_before_a_statement_inserted_at_the_same_place() -> None:
    def check(source: Source) -> list[Finding]:
        body = ast.parse(source.text).body
        if len(body) > 2:
            return []
        span = source.span(body[0])
        return [finding("MLL108", span, plan("insert_statement", span, (Import("os"),), after=("os.x",)))]

    lines = fixed("import abc\nlast\n", check).source.text.split()
    assert lines.index("os") < lines.index("os.x") < lines.index("last")


def test_a_name_that_clashes_with_the_import_fails_that_fix_only() -> None:
    outcome = fixed("os = 1\nf(1)\nold()\n", add_k, replacing("old", "new"))
    assert outcome.source.text == "os = 1\nf(1)\nnew\n"
    assert "`os` stands for something else" in outcome.failed[0][1]


def test_encoding_byte_order_mark_and_newlines_are_kept() -> None:
    data = b"\xef\xbb\xbf# \xc3\xa9\r\nx = '\xc3\xa9' ; f(1)\r\nz"
    source = Source.from_bytes(data, "a.py")
    outcome = fix_source(source, add_k, lambda _: True)
    expected = b"\xef\xbb\xbf# \xc3\xa9\r\n\r\nimport os\r\n\r\nx = '\xc3\xa9' ; f(1, k=os)\r\nz"
    assert source.encode(outcome.source.text) == expected
    assert outcome.source.path == "a.py"


def test_many_fixes_in_a_long_file_are_quick() -> None:
    outcome = fixed("f(1)\n" * 3000, add_k)
    assert outcome.counts["MLL101"] == 3000
    assert outcome.passes == 1


def test_warnings_about_the_code_are_nobody_elses(recwarn: pytest.WarningsRecorder) -> None:
    assert fixed("x = '\\d'; f(1 is 1)\n", replacing("f", "'\\d'")).passes == 1
    assert not [each for each in recwarn if "<text>" in str(each.filename)]


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


_LINES = st.sampled_from(
    [
        "import a",
        "f(1)  # one",
        "x = f(\n    1,  # two\n    f(),\n)",
        "if x:\n    # three\n    f(y for y in z)\nelif f():\n    f(**k)",
        "def g():\n    '''doc'''\n    return f(old())  # four",
        "old(); f('é')",
        "# five",
        "",
        "@f(1)\nclass A:\n    b = [f(), old()]",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_LINES, max_size=8), st.booleans(), st.booleans())
def test_comments_survive_and_a_second_run_is_empty(lines: list[str], final: bool, crlf: bool) -> None:
    text = "\n".join(lines) + ("\n" if final else "")
    text = text.replace("\n", "\r\n") if crlf else text
    outcome = fixed(text, add_k, replacing("old", "f()"))
    result = outcome.source.text
    assert outcome.converged and not outcome.remaining and not outcome.failed
    assert comments(text.replace("\r\n", "\n")) == comments(result.replace("\r\n", "\n"))
    assert not crlf or "\n" not in text or result.count("\n") == result.count("\r\n")
    again = fixed(result, add_k, replacing("old", "f()"))
    assert again.source.text == result


_DIFF_TEXTS = st.text(alphabet="ab \n\r\f\u2028é", max_size=30)


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@settings(max_examples=40, deadline=None)
@given(_DIFF_TEXTS, _DIFF_TEXTS)
def test_patch_turns_the_one_text_into_the_other(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str
) -> None:
    diff = unified_diff(before, after, "a.py")
    assert bool(diff) == (before != after)
    if not diff or not before or not after:
        return
    folder = tmp_path_factory.mktemp("diff")
    (folder / "a.py").write_bytes(before.encode())
    command = ["patch", "--binary", "-s", "-p0"]
    subprocess.run(command, cwd=folder, input=diff.encode(), check=True, capture_output=True)
    assert (folder / "a.py").read_bytes() == after.encode()


def test_a_missing_final_newline_is_told_in_the_diff() -> None:
    told = "\\ No newline at end of file\n"
    assert unified_diff("a\nb", "a\nc", "x.py") == (
        f"--- x.py\n+++ x.py\n@@ -1,2 +1,2 @@\n a\n-b\n{told}+c\n{told}"
    )


def test_no_module_of_the_room_imports_the_slow_parts_of_libcst() -> None:
    for path in Path(mllint.fixes.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith("libcst.")], path
