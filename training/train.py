"""Train the topic model: `python -m training.train FILE`.

Needs what training/requirements.txt names. The same corpus gives the same file.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import chi2
from sklearn.linear_model import LogisticRegression

from gateway.parsers.normalise import normalise
from training import corpus
from training.corpus import Example
from training.topic_model.features import features
from training.topic_model.model_file import dump
from training.typos import clip, misspell

MOST_FEATURES = 26_000
SEED = 1
# How much a misspelt copy counts beside its original.
COPY_WEIGHT = 0.5
# Less regularisation than scikit-learn's 1: chosen on the development part.
REGULARISATION = 20.0


def train(examples: Sequence[Example]) -> bytes:
    """The trained model as the content of its file."""
    texts, topics, weights = _with_misspelt_copies(examples)
    counter = CountVectorizer(analyzer=features, binary=True, min_df=2)
    counted = counter.fit_transform(texts).astype(np.float64)
    names = counter.get_feature_names_out()
    kept = np.argsort(-np.nan_to_num(chi2(counted, topics)[0]), kind="stable")
    kept = np.sort(kept[:MOST_FEATURES])
    rows = _weighed(counted[:, kept])
    fitted = LogisticRegression(C=REGULARISATION, max_iter=300)
    fitted.fit(rows, topics, sample_weight=weights)
    scale = float(np.abs(fitted.coef_).max()) / 127
    quantised = np.rint(fitted.coef_ / scale).astype(int).T
    return dump(
        list(fitted.classes_),
        zip(names[kept], quantised.tolist(), strict=True),
        fitted.intercept_.tolist(),
        scale,
        corpus.fingerprint({example.batch for example in examples}),
    )


def _with_misspelt_copies(
    examples: Sequence[Example],
) -> tuple[list[str], list[str], list[float]]:
    chance = random.Random(SEED)  # noqa: S311
    texts, topics, weights = [], [], []
    for example in examples:
        text = normalise(example.text)
        for copy, weight in (
            (text, 1.0),
            (misspell(text, chance), COPY_WEIGHT),
            (clip(text, chance), COPY_WEIGHT),
        ):
            texts.append(copy)
            topics.append(example.topic)
            weights.append(weight)
    return texts, topics, weights


def _weighed(counted: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows weighed by the number of their features, as `TopicModel` does."""
    sizes = np.asarray(counted.sum(axis=1)).ravel()
    return sparse.diags(1 / np.sqrt(np.maximum(sizes, 1))) @ counted


if __name__ == "__main__":
    content = train(corpus.read(corpus.split()["train"]))
    Path(sys.argv[1]).write_bytes(content)
    print(f"{len(content):,} bytes")  # noqa: T201
