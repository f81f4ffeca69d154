"""Small trainings for the tests of their pages."""

import numpy as np

import nn
import nn.functional as F
import viz


def plane(n=60, classes=2):
    """Points in the plane and their classes."""
    x = np.random.default_rng(0).normal(size=(n, 2))
    return x, np.minimum((np.hypot(*x.T) > 1).astype(int) + (x[:, 0] > 0.8), classes - 1)


def line(n=40):
    x = np.linspace(-2, 2, n)[:, None]
    return x, np.sin(2 * x) + 0.1 * np.random.default_rng(0).normal(size=x.shape)


def images(n=24):
    y = np.arange(n) % 3
    x = np.random.default_rng(0).uniform(0, 0.2, size=(n, 1, 8, 8))
    x[np.arange(n), 0, 2 * y + 1] += 0.8
    return x, y


def trained(model, data, loss, epochs=5, rate=0.1, **options):
    """A model after a few epochs, and its recording."""
    recording = viz.Recording(model)
    nn.fit(model, data, loss=loss, optimizer=nn.SGD(model.parameters(), lr=rate), epochs=epochs, batch_size=20,
           callbacks=[recording], progress=False, diagnose=False, generator=np.random.default_rng(0), **options)  # fmt: skip
    return recording


def two_classes(epochs=5, widths=(4, 3), **options):
    """A network of one output for two classes, and its page."""
    nn.seed(0)
    x, y = plane()
    layers = [(nn.Linear(a, b), nn.Tanh()) for a, b in zip((2, *widths), widths, strict=False)]
    model = nn.Sequential(
        *(part for pair in layers for part in pair), nn.Linear(widths[-1], 1), nn.Flatten(0)
    )
    loss = F.binary_cross_entropy_with_logits
    y = y.astype(float)
    recording = trained(
        model,
        (x, y),
        loss,
        epochs,
        validation=(x[:20], y[:20]),
        metrics={"error": lambda z, t: ((z.data > 0) != t).mean()},
    )
    page = viz.training(
        model, (x, y), **{"history": recording, "loss": loss, "title": "Two classes", **options}
    )
    return model, (x, y), loss, recording, page


def three_classes(**options):
    nn.seed(0)
    data = plane(classes=3)
    model = nn.Sequential(nn.Linear(2, 6), nn.ReLU(), nn.Linear(6, 3))
    recording = trained(model, data, F.cross_entropy, metrics=[nn.accuracy])
    page = viz.training(model, data, **{"history": recording, "loss": F.cross_entropy, **options})
    return model, data, F.cross_entropy, recording, page


def regression(**options):
    nn.seed(0)
    data = line()
    model = nn.Sequential(nn.Linear(1, 5), nn.Sigmoid(), nn.Linear(5, 1))
    recording = trained(model, data, F.mse_loss)
    page = viz.training(model, data, **{"history": recording, "loss": F.mse_loss, **options})
    return model, data, F.mse_loss, recording, page


def convolutional(**options):
    nn.seed(0)
    data = images()
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 3))
    recording = trained(model, data, F.cross_entropy, metrics=[nn.accuracy])
    page = viz.training(model, data, **{"history": recording, "loss": F.cross_entropy, **options})
    return model, data, F.cross_entropy, recording, page


def normalized(**options):
    """In the plane, but with running means, which the page does not compute."""
    nn.seed(0)
    data = plane()
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    recording = trained(model, data, F.cross_entropy)
    page = viz.training(model, data, **{"history": recording, "loss": F.cross_entropy, **options})
    return model, data, F.cross_entropy, recording, page


ALL = {
    "two classes": two_classes,
    "three classes": three_classes,
    "regression": regression,
    "convolutional": convolutional,
    "normalized": normalized,
}
