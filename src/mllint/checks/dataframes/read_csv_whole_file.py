"""A large CSV file that is parsed whole by a module that computes with it."""

import ast
from collections.abc import Iterator

from mllint.context import Context
from mllint.finding import Finding
from mllint.semantics.frames.columns import column_use
from mllint.semantics.frames.csv_reads import csv_read

#: A module that imports one of these trains, transforms or computes.
_LIBRARIES = (
    "numpy", "scipy", "sklearn", "torch", "tensorflow", "keras", "jax", "flax", "lightning", "pytorch_lightning",
    "xgboost", "lightgbm", "catboost", "statsmodels", "transformers", "datasets", "cupy", "numba", "imblearn",
    "tensorflow_datasets", "sktime", "darts", "gluonts", "prophet", "fastai",
)  # fmt: skip

#: Calls that fit a model or prepare the data of one.
_TRAINING = frozenset(
    {"fit", "fit_transform", "partial_fit", "backward", "train_test_split", "DataLoader", "TensorDataset"}
    | {"from_tensor_slices", "from_pandas", "apply_gradients", "train_on_batch", "cross_val_score", "Trainer"}
)


def check(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    """Speaks once per path, at the first read of it that is not for a few named columns."""
    if not ctx.imports_any(*_LIBRARIES):
        return
    told: set[str] = set()
    for call in sorted(ctx.calls_in(node), key=lambda call: (call.lineno, call.col_offset)):
        read = csv_read(call, ctx.module)
        if read is None or read.file is None or read.file.path in told:
            continue
        use = column_use(call, ctx.module)
        if use.only_columns:
            continue  # read-csv-then-select speaks of it.
        if read.file.size is None:
            if use.whole and _trains(ctx) and read.file.path not in _written(ctx):
                told.add(read.file.path)
                yield ctx.finding(call, file=read.file.description, confidence="low")
        elif read.file.size > ctx.options["min-size"]:
            told.add(read.file.path)
            yield ctx.finding(call, file=read.file.description)


def _trains(ctx: Context) -> bool:
    """Whether the module fits a model or prepares its data: tables of labels or results are small elsewhere."""
    return any(
        (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", ""))
        in _TRAINING
        for call in ctx.calls_in(ctx.tree.module)
    )


def _written(ctx: Context) -> frozenset[object]:
    """The paths that the module itself writes frames to: what it reads there was in memory already."""
    return frozenset(
        ctx.constant(call.args[0])
        for call in ctx.calls_in(ctx.tree.module)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "to_csv" and call.args
    )
