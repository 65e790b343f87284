"""A CSV file of which all columns are parsed and a few, named in the code, are used."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.constants import UNKNOWN
from mllint.semantics.frames.columns import column_use, named_columns
from mllint.semantics.frames.csv_reads import csv_read
from mllint.semantics.tree import argument

#: Arguments that mean the same whether all columns are read or a few.
_PLAIN = frozenset({
    "filepath_or_buffer", "sep", "delimiter", "engine", "encoding", "encoding_errors", "compression", "skiprows",
    "skipinitialspace", "skip_blank_lines", "keep_default_na", "na_filter", "true_values", "false_values",
    "dayfirst", "cache_dates", "thousands", "decimal", "lineterminator", "quotechar", "quoting", "doublequote",
    "escapechar", "comment", "low_memory", "memory_map", "float_precision", "storage_options", "dtype_backend",
    "infer_datetime_format", "verbose", "delim_whitespace",
})  # fmt: skip
_MAXIMUM_NAMED = 4


def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Speaks where every use of the frame names its columns, unless the file is seen to be small."""
    read = csv_read(node, ctx.module)
    if read is None or any(item.arg == "squeeze" for item in node.keywords):
        return
    if read.file is not None and read.file.size is not None and read.file.size <= ctx.options["min-size"]:
        return
    use = column_use(node, ctx.module)
    if not use.only_columns or _uses_all_names(node, use.columns, ctx):
        return
    file = read.file.description if read.file is not None else "the file"
    confidence = ctx.rule.confidence if read.file is not None else "medium"
    obstacle = _obstacle(node, use.columns, ctx)
    plan = None
    if not obstacle:
        plan = ctx.fix("add_keyword", node, keyword="usecols", value=_listed(use.columns))
    yield ctx.finding(
        node, fix=plan, no_fix=obstacle, confidence=confidence, file=file, columns=_told(use.columns)
    )


def _uses_all_names(node: ast.Call, columns: tuple[str, ...], ctx: Context) -> bool:
    """Whether the call names the file's columns itself, and all of them are used."""
    given = argument(node, keyword="names")
    names = ctx.constant(given) if given is not None else UNKNOWN
    return isinstance(names, tuple) and set(names) <= set(columns)


def _obstacle(node: ast.Call, columns: tuple[str, ...], ctx: Context) -> str:
    """Why ``usecols`` cannot simply be added, empty if it can."""
    if len(node.args) > 2:
        return "the call gives more than path and separator by position"
    for item in node.keywords:
        match item.arg:
            case "dtype" | "na_values" | "date_format":
                if not _names_only(item.value, columns, ctx):
                    return f"`{item.arg}` may name columns that would no longer be read"
            case "parse_dates":
                dates = named_columns(item.value, ctx.module.names)
                if ctx.constant(item.value) not in (True, False) and not (
                    dates and set(dates) <= set(columns)
                ):
                    return "`parse_dates` may name columns that would no longer be read"
            case "header":
                value = ctx.constant(item.value)
                if value != "infer" and type(value) is not int:
                    return "`header` is not a single row of names"
            case keyword if keyword not in _PLAIN:
                return f"`usecols` can change what `{keyword}` does"
    return ""


def _names_only(value: ast.expr, columns: tuple[str, ...], ctx: Context) -> bool:
    """Whether an argument is one setting for all columns, or a dict about used columns alone."""
    if isinstance(value, ast.Dict):
        return all(key is not None and ctx.constant(key) in columns for key in value.keys)
    if ctx.constant(value) is not UNKNOWN:
        return True
    name = ctx.qualified_name(value)
    return name is not None and name.startswith(("builtins.", "numpy."))


def _listed(columns: tuple[str, ...]) -> str:
    return f"[{', '.join(_quoted(column) for column in columns)}]"


def _quoted(column: str) -> str:
    plain = column.isprintable() and '"' not in column and "\\" not in column
    return f'"{column}"' if plain else repr(column)


def _told(columns: tuple[str, ...]) -> str:
    named = ", ".join(f"`{column}`" for column in columns[:_MAXIMUM_NAMED])
    if len(columns) == 1:
        return f"only column {named} is used"
    more = len(columns) - _MAXIMUM_NAMED
    return f"only columns {named}{f' and {more} more' if more > 0 else ''} are used"
