"""Whether a pipeline gives the same elements when some are computed before they are asked for."""

from mllint.semantics.module import Module
from mllint.semantics.tf_data.mapped_functions import behaviour
from mllint.semantics.tf_data.options import may_reorder
from mllint.semantics.tf_data.pipelines import Pipeline

#: Sources that only read: what they give does not depend on when they are asked.
_SOURCES = frozenset({
    "tensorflow.data.Dataset.from_tensor_slices", "tensorflow.data.Dataset.from_tensors",
    "tensorflow.data.Dataset.range", "tensorflow.data.Dataset.list_files", "tensorflow.data.TFRecordDataset",
    "tensorflow.data.TextLineDataset", "tensorflow.data.FixedLengthRecordDataset",
    "keras.utils.image_dataset_from_directory", "keras.utils.text_dataset_from_directory",
    "keras.utils.audio_dataset_from_directory", "keras.utils.timeseries_dataset_from_array",
})  # fmt: skip
_PLAIN_STEPS = frozenset({
    "batch", "padded_batch", "ragged_batch", "cache", "enumerate", "prefetch", "repeat", "shard", "shuffle",
    "skip", "take", "unbatch", "with_options",
})  # fmt: skip
_STEPS_WITH_FUNCTION = frozenset({"map", "filter", "flat_map", "interleave", "take_while"})


def may_run_ahead(pipeline: Pipeline, module: Module) -> bool:
    """Whether the code proves that elements and their order do not depend on when they are computed.

    Not if a step reads a variable, draws random numbers or runs Python code, not if the source is a
    generator or cannot be seen, and not if the module gives up the order of elements anywhere.
    """
    if pipeline.source is None or module.names.qualified(pipeline.source.func) not in _SOURCES:
        return False
    if may_reorder(module):
        return False
    for step in pipeline.steps:
        if step.name in _STEPS_WITH_FUNCTION:
            if behaviour(pipeline.function(step), module).state != "stateless":
                return False
        elif step.name not in _PLAIN_STEPS:
            return False
    return True
