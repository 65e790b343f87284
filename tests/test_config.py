import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mllint.config import ConfigError, ConfigResolver, Settings, read_config_option
from mllint.config.toml_lines import line_of
from small_catalogue import CATALOGUE


def resolver(base: Path, **options: Any) -> ConfigResolver:
    return ConfigResolver(CATALOGUE, base=base, environ=options.pop("environ", {}), **options)


def settings(base: Path, **options: Any) -> Settings:
    return resolver(base, **options).settings_for(base)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found == Settings(root=found.root)
    assert ".venv" in found.exclude
    assert found.respect_gitignore


def test_every_key_is_read_with_its_type(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mllint.toml",
        """
select = ["MLL1", "index-loop"]
extend-select = ["vectorise"]
ignore = ["MLL102"]
fixable = ["ALL"]
unfixable = ["index-loop"]
extend-safe-fixes = ["vectorise"]
extend-unsafe-fixes = ["MLL201"]
unsafe-fixes = true
exclude = ["old"]
extend-exclude = ["gen/*.py"]
test-paths = []
force-exclude = true
respect-gitignore = false
min-impact = "high"
min-confidence = "low"
output-format = "json"
exit-zero = true
show-fixes = true
[per-file-ignores]
"scripts/**" = ["MLL2"]
[target-versions]
python = "3.11"
Torch = ">=2.1,<3"
[rules.dataloader-no-workers]
min-item-cost = "io"
limit = 4
ratio = 1
names = ["a"]
strict = true
""",
    )
    assert settings(tmp_path) == Settings(
        root=tmp_path,
        config_path=path,
        select=("MLL1", "index-loop"),
        extend_select=("vectorise",),
        ignore=("MLL102",),
        fixable=("ALL",),
        unfixable=("MLL201",),
        # MLL201 is named more precisely by the list against this one.
        extend_safe_fixes=("MLL202",),
        extend_unsafe_fixes=("MLL201",),
        unsafe_fixes=True,
        exclude=("old",),
        extend_exclude=("gen/*.py",),
        test_paths=(),
        force_exclude=True,
        respect_gitignore=False,
        min_impact="high",
        min_confidence="low",
        output_format="json",
        exit_zero=True,
        show_fixes=True,
        per_file_ignores=(("scripts/**", ("MLL2",)),),
        target_versions={"python": "3.11", "torch": ">=2.1,<3"},
        rule_options={
            "dataloader-no-workers": {
                "min-item-cost": "io",
                "limit": 4,
                "ratio": 1,
                "names": ("a",),
                "strict": True,
            }
        },
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("\n\nselct = []", 3, "unknown key `selct`; did you mean `select`?"),
        ("[tool.mllint]\nselect = []", 1, "at the top level"),
        ('select = "MLL1"', 1, 'write ["MLL1"]'),
        ("select = [1]", 1, "strings only, not an integer"),
        ("# x\nselect = 3", 2, "an array of strings, not an integer"),
        ('select = [\n  "MLL101",\n  "MLL777",\n]', 3, "unknown rule selector 'MLL777'"),
        ('ignore = ["indexloop"]', 1, "did you mean index-loop?"),
        ("unsafe-fixes = 1", 1, "true or false, not an integer"),
        ('unsafe-fixes = "yes"', 1, "true or false, not a string"),
        ('min-impact = "hgh"', 1, "must be one of low, medium, high, not 'hgh'; did you mean `high`?"),
        ("min-impact = 1", 1, "must be a string, not an integer"),
        ('[per-file-ignores]\n"a.py" = ["MLL101"]\n"b.py" = ["MLL555"]', 3, "'MLL555'"),
        ('per-file-ignores = ["x"]', 1, "must be a table"),
        ("[rules.indx-loop]\nx = 1", 1, "did you mean index-loop?"),
        (
            "[rules.dataloader-no-workers]\n\nlimt = 1",
            3,
            "unknown option `limt` of dataloader-no-workers; did",
        ),
        ("[rules]\ndataloader-no-workers.limit = 0", 2, "at least 1, not 0"),
        ("[rules.MLL101]\nlimit = true", 2, "an integer, not a boolean"),
        ("[rules.MLL101]\nratio = nan", 2, "a finite number"),
        ('[rules.MLL101]\nmin-item-cost = "oi"', 2, "one of any, io"),
        ("[rules.index-loop]\nx = 1", 2, "it has no options"),
        ('rules = ["lint/"]', 1, "must be a table"),
        ("[rules]\nMLL101 = 3", 2, "a table of options, not an integer"),
        ('[target-versions]\npytorch = "2"', 2, "did you mean `torch`?"),
        ('[target-versions]\ntorch = "two"', 2, "must be a version"),
        ('[target-versions]\ntorch = ""', 2, "must be a version"),
        ("[target-versions]\ntorch = 2.1", 2, "must be a string"),
        ("a = 1\nb = = 2", 2, "not valid TOML"),
        ("select = [\n", 1, "not valid TOML"),
        ('extend = "gone.toml"', 1, "there is no file gone.toml"),
        ('extend = "mllint.toml"', 1, "extends this file in turn"),
    ],
)
def test_what_is_wrong_in_a_file_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    write(tmp_path / "mllint.toml", text)
    with pytest.raises(ConfigError) as error:
        settings(tmp_path)
    assert str(error.value).startswith(f"mllint.toml:{line}: ")
    assert words in str(error.value)


def test_in_pyproject_lines_are_those_of_the_whole_file(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[project]\nselct = 1\n\n[tool.mllint]\nselct = []\n")
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:5: unknown key"):
        settings(tmp_path)


def test_a_tool_table_that_is_no_table_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool]\nmllint = 3\n")
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:2: `tool.mllint` must be a table"):
        settings(tmp_path)


def test_a_pyproject_about_other_things_is_passed_over_even_if_it_is_broken(tmp_path: Path) -> None:
    write(tmp_path / "mllint.toml", 'select = ["MLL1"]')
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "pyproject.toml").write_bytes(b"\xff = = [")
    found = resolver(tmp_path).settings_for(tmp_path / "sub" / "a.py")
    assert (found.select, found.root) == (("MLL1",), tmp_path)


@pytest.mark.parametrize("data", [b'select = ["\xff"]', b"\n\xe9"])
def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "mllint.toml").write_bytes(data)
    with pytest.raises(ConfigError, match=r"mllint\.toml:\d: not valid UTF-8; save"):
        settings(tmp_path)


def test_a_byte_order_mark_and_crlf_are_no_matter(tmp_path: Path) -> None:
    (tmp_path / "mllint.toml").write_bytes(b'\xef\xbb\xbfexit-zero = true\r\nselect = ["MLL1"]\r\n')
    assert settings(tmp_path).exit_zero


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "mllint.toml", "").chmod(0)
    with pytest.raises(ConfigError, match=r"mllint\.toml: cannot be read: permission denied"):
        settings(tmp_path)


def test_the_nearest_file_wins_and_names_have_an_order(tmp_path: Path) -> None:
    write(tmp_path / "mllint.toml", 'select = ["MLL1"]')
    write(tmp_path / "a" / "pyproject.toml", '[tool.mllint]\nselect = ["MLL2"]')
    write(tmp_path / "a" / ".mllint.toml", 'select = ["MLL9"]')
    write(tmp_path / "a" / "b" / "pyproject.toml", '[tool.mllint]\nselect = ["MLL201"]')
    (tmp_path / "a" / "b" / "c").mkdir()
    found = resolver(tmp_path)
    assert found.settings_for(tmp_path / "x.py").select == ("MLL1",)
    assert found.settings_for(tmp_path / "a" / "x.py").select == ("MLL9",)
    assert found.settings_for(tmp_path / "a" / "b" / "c" / "x.py").select == ("MLL201",)
    assert found.settings_for(Path("a/b")).root == tmp_path / "a" / "b"


def test_without_a_file_the_root_is_the_nearest_folder_with_a_mark(tmp_path: Path) -> None:
    write(tmp_path / "p" / "setup.py", "")
    (tmp_path / "p" / "src").mkdir()
    assert resolver(tmp_path).settings_for(tmp_path / "p" / "src" / "a.py").root == tmp_path / "p"
    write(tmp_path / "mllint.toml", "")
    assert resolver(tmp_path).settings_for(tmp_path / "p" / "src" / "a.py").root == tmp_path


def test_isolated_looks_for_no_file(tmp_path: Path) -> None:
    write(tmp_path / "mllint.toml", "broken")
    assert settings(tmp_path, isolated=True).config_path is None


def test_an_explicit_file_beats_all_others(tmp_path: Path) -> None:
    write(tmp_path / "a" / "mllint.toml", "broken")
    path = write(tmp_path / "conf" / "any.toml", "exit-zero = true")
    found = resolver(tmp_path, explicit=Path("conf/any.toml")).settings_for(tmp_path / "a")
    assert (found.exit_zero, found.config_path) == (True, path)


def test_an_explicit_file_must_be_there_and_be_about_mllint(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[project]\n")
    with pytest.raises(ConfigError, match=r"gone\.toml: cannot be read: no such file"):
        resolver(tmp_path, explicit=Path("gone.toml"))
    with pytest.raises(ConfigError, match=r"no \[tool\.mllint\] table"):
        resolver(tmp_path, explicit=Path("pyproject.toml"))
    with pytest.raises(ConfigError, match="cannot be read: is a directory"):
        resolver(tmp_path, explicit=tmp_path)


def test_extend_merges_the_parent_and_anchors_its_globs(tmp_path: Path) -> None:
    write(
        tmp_path / "base.toml",
        'exit-zero = true\nselect = ["MLL1"]\nextend-exclude = ["gen/x.py", "old"]\n'
        '[per-file-ignores]\n"!lib/**" = ["MLL2"]\n[rules.MLL101]\nlimit = 5\nratio = 2\n',
    )
    write(
        tmp_path / "p" / "mllint.toml",
        'extend = "../base.toml"\nselect = ["MLL2"]\nextend-exclude = ["more"]\n[rules.MLL101]\nlimit = 7\n',
    )
    found = settings(tmp_path / "p")
    assert found.exit_zero
    assert found.select == ("MLL2",)
    assert found.extend_exclude == (f"{tmp_path.as_posix()}/gen/x.py", "old", "more")
    assert found.per_file_ignores == ((f"!{tmp_path.as_posix()}/lib/**", ("MLL2",)),)
    assert found.rule_options == {"dataloader-no-workers": {"limit": 7, "ratio": 2}}
    assert found.root == tmp_path / "p"


def test_a_longer_cycle_of_extend_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "mllint.toml", 'extend = "b.toml"')
    write(tmp_path / "b.toml", '\nextend = "mllint.toml"')
    with pytest.raises(ConfigError, match=r"^b\.toml:2: `extend`: mllint\.toml extends this file in turn"):
        settings(tmp_path)


def test_command_line_beats_environment_beats_file(tmp_path: Path) -> None:
    write(tmp_path / "mllint.toml", 'min-impact = "low"\nmin-confidence = "low"\noutput-format = "json"')
    found = settings(
        tmp_path,
        overrides={"min-impact": "high", "exit_zero": None, "select": ()},
        environ={
            "MLLINT_MIN_IMPACT": "medium",
            "MLLINT_MIN_CONFIDENCE": "medium",
            "MLLINT_EXIT_ZERO": "1",
            "MLLINT_EXTEND_SELECT": "MLL102, index-loop",
            "MLLINT_SELECT": "",
        },
    )
    assert (found.min_impact, found.min_confidence, found.output_format) == ("high", "medium", "json")
    assert (found.exit_zero, found.extend_select) == (True, ("MLL102", "index-loop"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"overrides": {"selct": ["MLL1"]}}, "--selct: unknown key `selct`; did you mean `select`?"),
        ({"overrides": {"select": "MLL1,MLL777"}}, "--select: unknown rule selector 'MLL777'"),
        ({"overrides": {"extend": "x.toml"}}, "--extend: only a configuration file"),
        ({"overrides": {"output-format": "jsn"}}, "--output-format: `output-format` must be one of"),
        ({"environ": {"MLLINT_EXIT_ZERO": "maybe"}}, "MLLINT_EXIT_ZERO: `maybe` is neither true nor false"),
        ({"environ": {"MLLINT_SELECT": "XYZ"}}, "MLLINT_SELECT: unknown rule selector 'XYZ'"),
    ],
)
def test_a_bad_override_is_refused_under_its_name(tmp_path: Path, options: Any, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        resolver(tmp_path, formats=("full", "json"), **options)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("file", "overrides", "expected"),
    [
        # select above starts anew, what was ignored stays so …
        ('select = ["MLL2"]\nignore = ["MLL102"]', {"select": "MLL1"}, (("MLL1",), (), ("MLL102",))),
        ('extend-select = ["MLL2"]', {"select": "MLL1"}, (("MLL1",), (), ())),
        # … unless just that is asked for.
        ('ignore = ["index-loop", "MLL1"]', {"select": "MLL201"}, (("MLL201",), (), ("MLL1",))),
        ('ignore = ["MLL201"]', {"extend-select": "index-loop"}, ((), ("index-loop",), ())),
        ('select = ["MLL2"]\nignore = ["MLL202"]', {"ignore": "MLL1"}, (("MLL2",), (), ("MLL202", "MLL1"))),
        # A wider ignore above wins over what the file asks for more precisely.
        ('select = ["MLL201", "MLL1"]', {"ignore": "MLL2"}, (("MLL201", "MLL1"), (), ("MLL2", "MLL201"))),
    ],
)
def test_selections_are_laid_over_each_other(
    tmp_path: Path, file: str, overrides: dict[str, str], expected: object
) -> None:
    write(tmp_path / "mllint.toml", file)
    found = settings(tmp_path, overrides=overrides)
    assert (found.select, found.extend_select, found.ignore) == expected


def test_globs_of_the_command_line_are_relative_to_the_current_folder(tmp_path: Path) -> None:
    write(tmp_path / "p" / "mllint.toml", "")
    found = resolver(tmp_path, overrides={"extend-exclude": ["p/gen.py", "old"]}).settings_for(tmp_path / "p")
    assert found.extend_exclude == (f"{tmp_path.as_posix()}/p/gen.py", "old")


def test_config_option_takes_a_file_and_settings(tmp_path: Path) -> None:
    explicit, overrides = read_config_option(
        ["a.toml", 'select=["MLL1"]', "rules.MLL101.limit=4", "rules.MLL101.ratio=1.5"], tmp_path
    )
    assert explicit == Path("a.toml")
    assert overrides == {"select": ["MLL1"], "rules": {"MLL101": {"limit": 4, "ratio": 1.5}}}
    found = settings(tmp_path, overrides=overrides)
    assert found.rule_options == {"dataloader-no-workers": {"limit": 4, "ratio": 1.5}}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["min-impact=high"], 'strings need quotes: min-impact="high"'),
        (["a.toml", "b.toml"], "two files, a.toml and b.toml; give one"),
    ],
)
def test_config_option_says_what_is_wrong(tmp_path: Path, values: list[str], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_config_option(values, tmp_path)
    assert words in str(error.value)


def test_settings_travel_between_processes_and_are_keys(tmp_path: Path) -> None:
    import pickle

    write(tmp_path / "mllint.toml", "[rules.MLL101]\nlimit = 4\n")
    found = settings(tmp_path)
    assert pickle.loads(pickle.dumps(found)) == found
    assert {found: 1}[found] == 1


TOML = '''\
a = 1
"b c" = """
d = 2
""" # a comment [x]
d.'e' = [
  "one", # two
  'two',
]
[table."sub.table"]
key = { inner = 1 }
[[array]]
key = "]"
[array.more]
key = 3
'''


@pytest.mark.parametrize(
    ("keys", "value", "line"),
    [
        (["a"], None, 1),
        (["b c"], None, 2),
        (["d"], None, 5),
        (["d", "e"], None, 5),
        (["d", "e"], "one", 6),
        (["d", "e"], "two", 7),
        (["d", "e"], "three", 5),
        (["table", "sub.table"], None, 9),
        (["table", "sub.table", "key", "inner"], None, 10),
        (["array", "key"], None, 12),
        (["array", "more", "key"], None, 14),
        (["nowhere"], None, 1),
    ],
)
def test_the_line_of_a_key_is_found(keys: list[str], value: str | None, line: int) -> None:
    assert line_of(TOML, keys, value) == line


def test_nothing_heavy_is_imported_without_a_configuration_file(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "import mllint.config, mllint.files, mllint.select, mllint.suppression\n"
        "from small_catalogue import CATALOGUE\n"
        "base = pathlib.Path(sys.argv[1])\n"
        "resolver = mllint.config.ConfigResolver(CATALOGUE, base=base, environ={})\n"
        "list(mllint.files.discover([], resolver, cwd=base))\n"
        "heavy = {'pathspec', 'packaging', 'tomllib', 'tomli', 'msgspec', 'libcst', 'yaml', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent / "src")])
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
