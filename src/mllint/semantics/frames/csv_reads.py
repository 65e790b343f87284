"""Calls of ``pandas.read_csv`` that read all rows and columns of a file."""

import ast
from typing import NamedTuple

from mllint.semantics.constants import UNKNOWN, constant
from mllint.semantics.frames.data_files import DataFile, data_file
from mllint.semantics.module import Module
from mllint.semantics.scopes import Definition
from mllint.semantics.tree import argument, is_open_call

#: Whoever gives one of these has chosen what to read.
_BOUNDS = frozenset({"usecols", "nrows", "chunksize", "iterator"})
_JOINS = frozenset({"os.path.join", "pathlib.Path", "builtins.str", "os.fspath", "os.path.abspath"})


class CsvRead(NamedTuple):
    """A call that parses a whole file; ``file`` is None where its path is not a constant."""

    call: ast.Call
    file: DataFile | None = None


def csv_read(call: ast.Call, module: Module) -> CsvRead | None:
    """What a call reads; None if it is no ``read_csv``, chooses what to read, or reads no local file.

    A path that is not constant counts as a local file unless it is seen to be something else.
    """
    if module.names.qualified(call.func) != "pandas.read_csv" or is_open_call(call):
        return None
    if any(item.arg in _BOUNDS for item in call.keywords) or module.roles.in_test(call):
        return None
    path = argument(call, keyword="filepath_or_buffer", position=0)
    if path is None:
        return None
    value = constant(path, module.names)
    if value is UNKNOWN:
        return CsvRead(call) if _may_be_path(path, module) else None
    file = data_file(value, module)
    return CsvRead(call, file) if file is not None else None


def _may_be_path(node: ast.expr, module: Module) -> bool:
    """Whether an expression can be the path of a file: no open file, no text in memory, no URL."""
    match node:
        case ast.Name():
            definition = module.names.only_definition(node)
            return definition is not None and _binds_path(definition, module)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            return "://" not in start
        case ast.BinOp(left=left):
            return _may_be_path(left, module)
        case ast.Call(func=callee):
            return module.names.qualified(callee) in _JOINS
        case ast.Constant(value=value):
            return isinstance(value, str) and "://" not in value
        case ast.JoinedStr() | ast.Attribute() | ast.Subscript():
            return True
    return False


def _binds_path(definition: Definition, module: Module) -> bool:
    match definition.how:
        case "parameter" | "for":
            return True
        case "assign" if definition.value is not None and not definition.path:
            # The value was bound before: no cycle, as a name inside it reaches another definition.
            return not isinstance(definition.value, ast.Name) and _may_be_path(definition.value, module)
    return False
