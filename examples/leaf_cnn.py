"""The networks of the Keras script."""

import tensorflow as tf
from tensorflow.keras import layers


def build_model(species):
    """A plain convolutional network for photos of 128 by 128 pixels."""
    return tf.keras.Sequential(
        [
            layers.Input(shape=(128, 128, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(128, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(4096, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(species),
        ]
    )


def build_yield_model():
    """The yield forecast in Keras, for comparison with the one in torch: 24 columns, one number."""
    model = tf.keras.Sequential()
    model.add(layers.Input(shape=(24,)))
    model.add(layers.Dense(2048, activation="relu"))
    model.add(layers.Dense(2048, activation="relu"))
    model.add(layers.Dense(2048, activation="relu"))
    model.add(layers.Dense(1))
    return model
