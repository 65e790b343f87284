"""The same leaf classifier in Keras; it runs on the old workstation with TensorFlow 2.11."""

from pathlib import Path

import tensorflow as tf

from leaf_cnn import build_model

PHOTOS = Path("data/photos")
SPECIES = ["apple", "maize", "vine"]


def decode(path, label):
    """Read one photo and bring it to the size of the network."""
    photo = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    photo = tf.image.resize(photo, (128, 128))
    return photo / 255.0, label


def flip(photo, label):
    return tf.image.random_flip_left_right(photo), label


def dataset(split, batch_size=32):
    """Batches of photos and labels, shuffled and flipped for training."""
    folder = PHOTOS / split
    paths = sorted(str(path) for path in folder.glob("*/*.jpg"))
    labels = [SPECIES.index(Path(path).parent.name) for path in paths]
    photos = tf.data.Dataset.from_tensor_slices((paths, labels))

    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False  # the old graph rewriter crashed
    photos = photos.with_options(options)

    if split == "train":
        photos = photos.shuffle(2000)
    photos = photos.map(decode)
    photos = photos.map(flip)
    return photos.batch(batch_size)


def main():
    tf.config.run_functions_eagerly(True)
    model = build_model(len(SPECIES))
    model.compile(
        optimizer="adam",
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(dataset("train"), validation_data=dataset("validation"), epochs=20)
    model.save("leaves.keras")


if __name__ == "__main__":
    main()
