"""TensorFlow functions that depend on nothing but their arguments, as far as a list of them goes."""

#: Modules without a function that keeps a state, but for those that draw random numbers.
_MODULES = ("tensorflow.math.", "tensorflow.strings.", "tensorflow.image.", "tensorflow.signal.",
            "tensorflow.bitwise.", "tensorflow.dtypes.")  # fmt: skip
_PREFIXES = ("tensorflow.io.decode_", "tensorflow.io.parse_", "tensorflow.audio.decode_",
             "tensorflow.random.stateless_", "tensorflow.reduce_", "tensorflow.logical_")  # fmt: skip
_FUNCTIONS = frozenset({
    "abs", "acos", "add", "argmax", "argmin", "argsort", "boolean_mask", "broadcast_to", "cast",
    "clip_by_value", "concat", "constant", "convert_to_tensor", "cos", "divide", "equal", "exp",
    "expand_dims", "eye", "fill", "gather", "gather_nd", "greater", "greater_equal", "identity",
    "io.read_file", "io.serialize_tensor", "io.FixedLenFeature", "io.VarLenFeature", "io.RaggedFeature",
    "io.FixedLenSequenceFeature", "less", "less_equal", "linspace", "math.log", "matmul", "maximum",
    "minimum", "multiply", "negative", "not_equal", "one_hot", "ones", "ones_like", "pad", "pow", "range",
    "rank", "repeat", "reshape", "reverse", "roll", "round", "searchsorted", "sequence_mask", "shape",
    "sigmoid", "sign", "sin", "size", "slice", "sort", "split", "sqrt", "square", "squeeze", "stack",
    "strided_slice", "subtract", "tanh", "tensordot", "tile", "transpose", "unstack", "where", "zeros",
    "zeros_like", "TensorShape",
})  # fmt: skip


def is_stateless(name: str) -> bool:
    """Whether a function, by its canonical name, is known to compute from its arguments alone."""
    if name.removeprefix("tensorflow.") in _FUNCTIONS and name.startswith("tensorflow."):
        return True
    tail = name.rpartition(".")[2]
    return name.startswith(_PREFIXES) or (
        name.startswith(_MODULES) and not tail.startswith(("random_", "sample_"))
    )
