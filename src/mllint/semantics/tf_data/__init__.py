"""tf.data pipelines: their steps, options and consumers, and what mapped functions do."""
