"""A network in a pipeline of scikit-learn: how many hidden layers do handwritten digits need?

A grid search compares networks of no, one and two hidden layers, and two learning rates, by cross-validation
in two processes. The best one is trained again on everything that was not put aside, and judged by what was.
Takes about ten seconds.
"""

from __future__ import annotations

from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nn.sklearn import Classifier

GRID = {"classifier__module": [(), (32,), (64, 32)], "classifier__lr": [0.001, 0.01]}


def main(epochs: int = 15) -> GridSearchCV:
    pixels, digits = load_digits(return_X_y=True)
    train, test, labels, test_labels = train_test_split(pixels, digits, stratify=digits, random_state=0)
    pipeline = make_pipeline(StandardScaler(), Classifier(epochs=epochs, batch_size=32, random_state=0))
    search = GridSearchCV(pipeline, GRID, cv=3, n_jobs=2).fit(train, labels)

    results = search.cv_results_
    for options, score in zip(results["params"], results["mean_test_score"], strict=True):
        layers, rate = options["classifier__module"], options["classifier__lr"]
        print(f"hidden layers {layers!s:>8}, learning rate {rate:5}: {score:6.1%}")
    print(f"Best: {search.best_params_}")
    print(f"Test accuracy: {search.score(test, test_labels):.1%}")
    print("Rows are digits, columns what they are taken for:")
    print(confusion_matrix(test_labels, search.predict(test)))
    return search


if __name__ == "__main__":
    main()
