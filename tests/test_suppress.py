import ast
import sys
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mllint import comments
from mllint.comments import comment_spans
from mllint.finding import Finding, Span
from mllint.source import Source
from mllint.suppression import Outcome, add_ignores, apply, parse
from mllint.suppression.logical_lines import LogicalLines
from small_catalogue import CATALOGUE, DEFAULT

ALL = frozenset(CATALOGUE.by_code)
CODES = {"slow": "MLL101", "loop": "MLL201", "wide": "MLL202"}


def findings(source: Source) -> list[Finding]:
    """One finding for each name ``slow`` (MLL101), ``loop`` (MLL201) and ``wide`` (MLL202) in the code."""
    names = [
        node
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.Name) and node.id in CODES and isinstance(node.ctx, ast.Load)
    ]
    return sorted(
        (
            Finding(
                CODES[node.id], CATALOGUE.by_code[CODES[node.id]].name, "m", source.span(node), "low", "low"
            )
            for node in names
        ),
        key=lambda finding: finding.span,
    )


def outcome(text: str, enabled: Iterable[str] = DEFAULT, *, noqa: bool = True) -> Outcome:
    source = Source(text)
    tree = ast.parse(text)
    return apply(findings(source), source, tree, parse(source, noqa=noqa), CATALOGUE, frozenset(enabled))


def kept(text: str, enabled: Iterable[str] = DEFAULT, *, noqa: bool = True) -> list[tuple[int, str]]:
    source = Source(text)
    return [
        (source.line_number(finding.span.start), finding.code)
        for finding in outcome(text, enabled, noqa=noqa).kept
    ]


def edits(found: Finding) -> list[tuple[Span, str]]:
    assert found.fix is not None
    assert (found.fix.builder, found.fix.safety, found.fix.equivalence) == ("text_edits", "safe", "exact")
    ((name, value),) = found.fix.arguments
    assert name == "edits"
    assert isinstance(value, tuple)
    return [(Span(start, end), text) for start, end, text in value]  # type: ignore[misc]


def fixed(text: str, enabled: Iterable[str] = DEFAULT) -> str:
    """The text after all fixes of MLL901 and MLL902, which must not meet."""
    made = [edit for found in outcome(text, enabled).kept if found.fix for edit in edits(found)]
    return Source(text).replace(made)


def test_without_comments_everything_is_kept() -> None:
    assert outcome("slow\nloop\n").suppressed == ()
    assert kept("slow\nloop\n") == [(1, "MLL101"), (2, "MLL201")]


@pytest.mark.parametrize(
    "comment",
    [
        "# mllint: ignore",
        "# mllint: ignore because",
        "# mllint: ignore[MLL101]",
        "#mllint:ignore[MLL101] reason",
        "# MLLINT: Ignore[mll101]",
        "# mllint: ignore[dataloader-no-workers] -- reason",
        "# mllint: ignore[MLL1]",
        "# mllint: ignore[data-loading]",
        "# mllint: ignore[ALL]",
        "# type: ignore # mllint: ignore[MLL101] reason",
        "# mllint: ignore[MLL101] reason # noqa: E501",
        "# noqa",
        "# NOQA:MLL101",
        "# noqa: E501,MLL101",
        "# noqa: E501 MLL1",
    ],
)
def test_a_comment_on_the_line_silences(comment: str) -> None:
    assert kept(f"slow  {comment}\n") == []


@pytest.mark.parametrize(
    "comment", ["# mllint: ignored by me", "# mllint", "# mllint: see the docs", "# noqa: E501", "# noqasome"]
)
def test_other_comments_do_not_silence(comment: str) -> None:
    assert (1, "MLL101") in kept(f"slow  {comment}\n")


@pytest.mark.parametrize(
    "text",
    [
        "x = f(\n    slow,\n)  # mllint: ignore[MLL101] r\n",
        "x = f(  # mllint: ignore[MLL101] r\n    slow,\n)\n",
        "x = f(\n    1,\n    slow,  # mllint: ignore[MLL101] r\n)\n",
        "# mllint: ignore[MLL101] r\nx = f(\n    slow,\n)\n",
        "# mllint: ignore[MLL101] r\n# more words\nslow\n",
        "x = 1 + \\\n    slow  # mllint: ignore[MLL101] r\n",
        'slow("""\ntext\n""")  # mllint: ignore[MLL101] r\n',
        "a = 1; b = slow(\n)  # mllint: ignore[MLL101] r\n",
        "for x in slow:  # mllint: ignore[MLL101] r\n    pass\n",
        "for x in (\n    slow\n):  # mllint: ignore[MLL101] r\n    pass\n",
        "with (\n    slow as a,  # a: b\n    c as d\n):  # mllint: ignore[MLL101] r\n    pass\n",
        "if x: y = slow  # mllint: ignore[MLL101] r\n",
        "if x:\n    pass\nelif slow:  # mllint: ignore[MLL101] r\n    pass\n",
        "try:\n    pass\nexcept slow as e:  # mllint: ignore[MLL101] r\n    pass\n",
        "match x:\n    case [a, b] if slow:  # mllint: ignore[MLL101] r\n        pass\n",
        "def f():  # mllint: ignore[MLL101] r\n    if x:\n        slow\n",
        "def f(\n    a, /, *, b=2\n) -> int:  # mllint: ignore[MLL101] r\n    slow\n",
        "@g  # mllint: ignore[MLL101] r\ndef f():\n    slow\n",
        "@g(\n  1,\n)  # mllint: ignore[MLL101] r\ndef f(): slow\n",
        "# mllint: ignore[MLL101] r\n@g\ndef f():\n    slow\n",
        "class A:  # mllint: ignore[MLL101] r\n    def f(self):\n        return slow\n",
        "async def f():  # mllint: ignore[MLL101] r\n    slow\n",
        "slow\nx = 1\n# mllint: file-ignore[MLL101] r\n",
        "# mllint: disable[MLL101] r\nslow\nf(slow)\n",
        "# mllint: disable[MLL1] r\nslow\n# mllint: enable[MLL1]\nx\n",
        "slow\r# mllint: file-ignore[MLL101] r\r",
        "slow  # mllint: ignore[MLL101] r",
        "é = '😀'; slow  # mllint: ignore[MLL101] r",
    ],
)
def test_where_a_comment_reaches(text: str) -> None:
    result = outcome(text)
    assert result.kept == ()
    assert {found.code for found in result.suppressed} == {"MLL101"}


@pytest.mark.parametrize(
    "text",
    [
        "x = 1  # mllint: ignore[MLL101] r\nslow\n",
        "# mllint: ignore[MLL101] r\n\nslow\n",
        "# mllint: ignore[MLL101] r\nx = 1\nslow\n",
        "for x in y:  # mllint: ignore[MLL101] r\n    slow\n",
        "def f():  # mllint: ignore[MLL101] r\n    pass\nslow\n",
        "def f():  # noqa: MLL101\n    slow\n",
        "# noqa: MLL101\nslow\n",
        "slow  # mllint: ignore[MLL201] r\n",
        "slow\n# mllint: disable[MLL101] r\n",
        "# mllint: disable[MLL101] r\n# mllint: enable[MLL101]\nslow\n",
        "# mllint: disable[ALL] r\n# mllint: enable\nslow\n",
        'slow("# mllint: ignore[MLL101] r")\n',
        'slow; """\n# mllint: file-ignore[MLL101] r\n"""\n',
    ],
)
def test_where_a_comment_does_not_reach(text: str) -> None:
    assert "MLL101" in {code for _, code in kept(text)}


def test_a_range_ends_rule_by_rule() -> None:
    text = "# mllint: disable[MLL1, MLL2] r\nslow; loop\n# mllint: enable[MLL201]\nslow; loop; wide\n"
    assert kept(text) == [(4, "MLL201")]


def test_noqa_reaches_any_line_of_the_logical_line_as_in_flake8() -> None:
    assert kept("x = f(\n    1,  # noqa: MLL101\n    slow,\n)\n") == []


def test_noqa_can_be_left_to_flake8() -> None:
    assert kept("slow  # noqa: MLL101\nloop  # noqa: MLL101\n", noqa=False) == [(1, "MLL101"), (2, "MLL201")]


def test_in_a_text_that_is_no_python_each_line_stands_for_itself() -> None:
    text = "x = (\nslow = = 1  # mllint: ignore r\n"
    source = Source(text)
    start = text.index("slow")
    found = [
        Finding("MLL900", "syntax-error", "m", Span(start, start + 1), "high", "high"),
        Finding("MLL900", "syntax-error", "m", Span(0, 1), "high", "high"),
    ]
    result = apply(found, source, None, parse(source), CATALOGUE, DEFAULT)
    assert (result.kept, result.suppressed) == ((found[1],), (found[0],))


@pytest.mark.parametrize(
    ("text", "message", "after"),
    [
        ("x = 1  # mllint: ignore[MLL101] r\n", "`MLL101`", "x = 1\n"),
        ("x = 1 # mllint: ignore\n", "no finding", "x = 1\n"),
        ("if x:\n    # mllint: ignore[MLL101] r\n    y\n", "`MLL101`", "if x:\n    y\n"),
        ("x = 1\n# mllint: file-ignore[index-loop] r", "`index-loop`", "x = 1\n"),
        ("# mllint: disable[vectorise] r\r\nx = 1\r\n", "`vectorise`", "x = 1\r\n"),
        ("slow  # mllint: ignore[MLL101, MLL201] r\n", "`MLL201`", "slow  # mllint: ignore[MLL101] r\n"),
        ("slow  # mllint: ignore[MLL201, MLL101] r\n", "`MLL201`", "slow  # mllint: ignore[MLL101] r\n"),
        (
            "loop  # mllint: ignore[MLL101, MLL201, MLL202] r\n",
            "`MLL101` or `MLL202`",
            "loop  # mllint: ignore[MLL201] r\n",
        ),
        ("x = 1  # noqa: MLL101, E501\n", "`MLL101`", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: E501,MLL101,MLL2\n", "`MLL101` or `MLL2`", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: MLL101\n", "`MLL101`", "x = 1\n"),
        ("x = 1  # mllint: ignore[MLL101] r # noqa: MLL201\n", "`MLL101` or `MLL201`", "x = 1\n"),
        ("x = 1  # why # mllint: ignore[MLL101] r\n", "`MLL101`", "x = 1  # why\n"),
        ("x = 1  # mllint: ignore[MLL101] r  # noqa: E501\n", "`MLL101`", "x = 1  # noqa: E501\n"),
        (
            "x = 1  # a # mllint: ignore[MLL101] r # mllint: ignore[MLL201] r # pragma: no cover\n",
            "`MLL101` or `MLL201`",
            "x = 1  # a # pragma: no cover\n",
        ),
    ],
)
def test_what_silences_nothing_is_told_and_removed(text: str, message: str, after: str) -> None:
    (found,) = [found for found in outcome(text).kept if found.code == "MLL901"]
    assert message in found.message
    assert Source(text).slice(found.span).startswith("#")
    assert fixed(text) == after
    assert [code for _, code in kept(after) if code == "MLL901"] == []


@pytest.mark.parametrize(
    ("text", "enabled"),
    [
        ("slow  # mllint: ignore[MLL101] r\n", DEFAULT),
        ("x = 1  # mllint: ignore[MLL102] r\n", DEFAULT),  # MLL102 is off
        ("x = 1  # mllint: ignore[MLL1] r\n", DEFAULT - {"MLL101"}),
        ("x = 1  # mllint: ignore r\n", DEFAULT - {"MLL101"}),  # it may be for MLL101
        ("x = 1  # mllint: ignore[vectorise] r\n", DEFAULT - {"MLL202"}),
        ("x = 1  # noqa\n", DEFAULT),
        ("x = 1  # noqa: E501\n", DEFAULT),
        ("x = 1  # noqa: MLL777\n", DEFAULT),
        ("x = 1  # mllint: ignore[MLL900] r\n", DEFAULT),
        ("x = 1  # mllint: ignore[MLL101] r\n", DEFAULT - {"MLL901"}),
        ("x = 1  # mllint: ignore[MLL101, MLL901] r\n", DEFAULT),  # silenced by its own code
        ("# mllint: file-ignore[unused-suppression] r\nx = 1  # noqa: MLL101\n", DEFAULT),
    ],
)
def test_what_cannot_be_known_to_be_unused_is_left_alone(text: str, enabled: frozenset[str]) -> None:
    assert [code for _, code in kept(text, enabled)] == []


@pytest.mark.parametrize(
    ("text", "message", "after"),
    [
        ("x  # mllint: ignore[index-lop] r\n", "did you mean index-loop?", "x\n"),
        ("slow  # mllint: ignore[MLL1O1, MLL101] r\n", "'MLL1O1'", "slow  # mllint: ignore[MLL101] r\n"),
        ("x\n# mllint: enable[MLL777]\n", "'MLL777'", "x\n"),
        ("x  # mllint: ignore[XYZ, UVW] r\n", "'UVW'", "x\n"),
        ("x  # mllint: ignroe[MLL101] r\n", "unknown directive `ignroe`; did you mean `ignore`?", None),
        ("x  # mllint: ignore[MLL101 r\n", "the bracket is not closed", None),
        ("x  # mllint: ignore[] r\n", "the brackets are empty", None),
        ("x  # mllint: ignore MLL101\n", "write `ignore[MLL101]`", None),
        ("x  # mllint: ignore(MLL101)\n", "followed by '('", None),
        ("x  # mllint:\n", "names no directive", None),
    ],
)
def test_what_cannot_be_understood_is_told(text: str, message: str, after: str | None) -> None:
    (found,) = [found for found in outcome(text).kept if found.code == "MLL902"]
    assert message in found.message
    if after is None:
        assert found.fix is None
    else:
        assert fixed(text) == after


def test_two_findings_on_one_comment_have_one_fix() -> None:
    text = "slow  # mllint: ignore[MLL201, XYZ, MLL101] r\n"
    unused, unknown = [found for found in outcome(text).kept if found.code in ("MLL901", "MLL902")]
    assert (unused.code, unknown.fix) == ("MLL901", None)
    assert unknown.no_fix
    assert fixed(text) == "slow  # mllint: ignore[MLL101] r\n"
    assert fixed("x  # mllint: ignore[XYZ, MLL201] r\n") == "x\n"


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("# mllint: ignore[MLL101]", True),
        ("# mllint: ignore", True),
        ("# mllint: file-ignore[MLL101]", True),
        ("# mllint: ignore[MLL101] in RAM", False),
        ("# mllint: ignore[MLL101]: in RAM", False),
        ("# mllint: ignore[MLL101] -- in RAM", False),
        ("# noqa: MLL101", False),
    ],
)
def test_a_missing_reason_is_told_if_one_asks_for_it(comment: str, told: bool) -> None:
    codes = [code for _, code in kept(f"slow  {comment}\n", DEFAULT | {"MLL903"})]
    assert codes == (["MLL903"] if told else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "'''",
        '"""\n# mllint: ignore\n',
        "x = 'abc # mllint: ignore\n",
        "x = (\n# noqa\n",
        "  a\n b # noqa\n",
        "\0 # noqa\n",
        "f'{' # noqa",
        'f"{x!" # mllint: ignore[',
        "\\",
        "# mllint: ignore[[]]",
        "x\x0c # noqa\r\r\n\r",
    ],
)
def test_reading_comments_never_fails(text: str) -> None:
    source = Source(text)
    apply([], source, None, parse(source), CATALOGUE, ALL)


@settings(deadline=None)
@given(st.text(alphabet="#'\"\\\n\r f{}[]:,mlint:ignore nqaMLL101", max_size=80))
def test_no_text_makes_reading_comments_fail(text: str) -> None:
    source = Source(text)
    result = apply([], source, None, parse(source), CATALOGUE, ALL)
    for found in result.kept:
        if found.fix:
            source.replace(edits(found))


@pytest.mark.parametrize(
    "text",
    [
        "x = '#' # a\n",
        'x = """\n# no\n"""  # a\n',
        "x = '''\\''' # no''' # a\n",
        "x = r'\\' # a\n",
        "x = 'a\\\n# no' # a\n",
        "x = '' # a\n",
        'x = "" "#" # a\n',
        "x = b'#' # a\r\ny = '#'\r\n",
        "x = f'{y}#' # a\n",
    ],
)
def test_comments_are_told_from_strings(text: str) -> None:
    source = Source(text)
    assert [source.slice(span) for span in comment_spans(source)] == ["# a"]


@pytest.mark.parametrize(
    "text", ["", "x = '#' # a\r\ny # b\rz # c", "x = f'{y}#' # a", "'''\n#'''; é = '😀' # a\x0c\n#"]
)
def test_the_tokenizer_of_python_sees_the_same_comments(text: str) -> None:
    source = Source(text)
    assert comments._by_tokenizer(source) == comment_spans(source)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes of its own in an f-string")
def test_nested_quotes_of_f_strings_are_understood() -> None:
    source = Source("x = f'{d['#']}' # a\r\ny = 'é' # b\r")
    assert [source.slice(span) for span in comment_spans(source)] == ["# a", "# b"]


def test_statements_that_share_lines_are_one_logical_line() -> None:
    text = "a = 1; b = (\n2)\nif c: \\\n  d\nx = (\n1)\n"
    lines = LogicalLines(Source(text), ast.parse(text))
    assert [(lines.around(n).first, lines.around(n).last) for n in range(1, 7)] == [
        (1, 2),
        (1, 2),
        (3, 4),
        (3, 4),
        (5, 6),
        (5, 6),
    ]


def test_a_long_elif_ladder_is_walked() -> None:
    text = "if a: pass\n" + "elif b: pass\n" * 900 + "else:\n    slow  # mllint: ignore[MLL101] r\n"
    source = Source(text)
    try:
        tree = ast.parse(text)
    except (RecursionError, MemoryError):
        pytest.skip("this Python cannot parse it")
    span = Span(text.index("slow"), text.index("slow") + 4)
    found = Finding("MLL101", "n", "m", span, "low", "low")
    assert apply([found], source, tree, parse(source), CATALOGUE, DEFAULT).suppressed == (found,)


def added(text: str, chosen: Iterable[Finding] | None = None, reason: str = "later") -> str:
    source = Source(text)
    wanted = findings(source) if chosen is None else chosen
    return source.replace(add_ignores(source, ast.parse(text), wanted, reason))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("slow\n", "slow  # mllint: ignore[MLL101] later\n"),
        ("slow", "slow  # mllint: ignore[MLL101] later"),
        ("slow   \r\nx\r\n", "slow  # mllint: ignore[MLL101] later\r\nx\r\n"),
        ("f(slow, loop)\n", "f(slow, loop)  # mllint: ignore[MLL101, MLL201] later\n"),
        ("f(\n  slow,\n)  # why\n", "f(\n  slow,\n)  # why  # mllint: ignore[MLL101] later\n"),
        (
            "f(slow, loop)  # mllint: ignore[MLL201] because\n",
            "f(slow, loop)  # mllint: ignore[MLL201, MLL101] because\n",
        ),
        ("slow('''\na\n''')\n", "slow('''\na\n''')  # mllint: ignore[MLL101] later\n"),
        ("x = \\\n  slow\n", "x = \\\n  slow  # mllint: ignore[MLL101] later\n"),
        ("if x: \\\n  slow\n", "if x: \\\n  slow  # mllint: ignore[MLL101] later\n"),
        (
            "for x in slow:\n    loop\n",
            "for x in slow:  # mllint: ignore[MLL101] later\n    loop  # mllint: ignore[MLL201] later\n",
        ),
        (
            "if a:\n    def f(x=slow):\n        slow\n",
            "if a:\n    # mllint: disable[MLL101] later\n    def f(x=slow):\n    # mllint: enable[MLL101]\n"
            "        slow  # mllint: ignore[MLL101] later\n",
        ),
        ("def f(x=slow): pass\n", "def f(x=slow): pass  # mllint: ignore[MLL101] later\n"),
    ],
)
def test_suppressions_are_written_where_they_silence_what_is_there(text: str, after: str) -> None:
    wanted = [found for found in findings(Source(text)) if found in outcome(text).kept]
    assert added(text, wanted) == after
    assert kept(after) == []


def test_a_reason_is_one_line_and_may_be_missing() -> None:
    assert added("slow\n", reason="") == "slow  # mllint: ignore[MLL101]\n"
    assert added("slow\n", reason="a\n  b") == "slow  # mllint: ignore[MLL101] a b\n"


def test_in_a_text_that_is_no_python_the_comment_keeps_clear_of_a_backslash() -> None:
    source = Source("x = = \\\n1\n")
    found = Finding("MLL900", "syntax-error", "m", Span(4, 5), "high", "high")
    after = Source(source.replace(add_ignores(source, None, [found], "old")))
    assert after.text == "# mllint: ignore[MLL900] old\nx = = \\\n1\n"
    moved = Finding("MLL900", "syntax-error", "m", Span(33, 34), "high", "high")
    assert apply([moved], after, None, parse(after), CATALOGUE, DEFAULT).kept == ()


_NAMES = st.sampled_from(["slow", "loop", "wide", "x"])
_SIMPLE = st.builds(
    str.format,
    st.sampled_from(
        [
            "{0}",
            "y = {0}; z = {1}",
            "f(\n    {0},\n    {1}\n)",
            "y = '''\n# mllint: ignore\n''' + {0}",
            "y = {0} + \\\n  {1}",
            "y = [  # note\n    {0},\n]  # more",
            "f({0}); \\\ng({1})",
            "y = {0}  # noqa: E501",
            "y = 'é😀', {0}",
        ]
    ),
    _NAMES,
    _NAMES,
)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _compound(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    heads = st.sampled_from(
        [
            "def f(a={0}):",
            "@g({0})\n@h({1})\ndef f(\n    a: {1},\n):  # note: x",
            "class A({0}):",
            "for i in {0}:",
            "while (\n    {0}\n):",
            "with {0} as a, \\\n  {1} as b:",
            "if {0}:\n    pass\nelif {1}:",
            "try:\n    {1}\nexcept {0}:",
        ]
    )
    head = st.builds(str.format, heads, _NAMES, _NAMES)
    return st.builds(lambda head, body: f"{head}\n{_indented(body)}", head, body)


_PROGRAMS = st.lists(
    st.recursive(
        _SIMPLE,
        lambda inner: _compound(st.lists(inner, min_size=1, max_size=3).map("\n".join)),
        max_leaves=6,
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: "\n".join(parts) + "\n")


@settings(deadline=None)
@given(_PROGRAMS, st.data(), st.sampled_from(["\n", "\r\n"]))
def test_written_suppressions_silence_the_findings_and_no_others(
    text: str, data: st.DataObject, newline: str
) -> None:
    source = Source(text.replace("\n", newline))
    tree = ast.parse(source.text)
    there = findings(source)
    chosen = [found for found in there if data.draw(st.booleans())]
    after = Source(source.replace(add_ignores(source, tree, chosen, "later")))
    assert ast.dump(ast.parse(after.text)) == ast.dump(tree)

    # Findings of one rule on one logical line go together.
    logical = LogicalLines(source, tree)

    def place(found: Finding) -> tuple[str, int]:
        return found.code, logical.around(source.line_number(found.span.start)).first

    places = {place(found) for found in chosen}
    result = outcome(after.text)
    assert len(result.suppressed) == sum(place(found) in places for found in there)
    assert [found.code for found in result.kept] == [
        found.code for found in there if place(found) not in places
    ]
