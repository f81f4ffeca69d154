"""Dense layers, and those without arithmetic."""

from __future__ import annotations

from tests.nn.operands import Case, called, wave

CASES: dict[str, Case] = {"linear: no bias": called("linear", wave(4, 3), wave(5, 3, phase=1.0))}
for name, shape in {"vector": (3,), "batch": (4, 3), "batch of sequences": (2, 4, 3)}.items():
    operands = (wave(*shape), wave(5, 3, phase=1.0), wave(5, phase=2.0))
    CASES[f"linear: {name}"] = called("linear", *operands)

LAYERS = {
    "Linear": ("Linear(3, 2)", (4, 3)),
    "Linear without bias": ("Linear(3, 2, bias=False)", (4, 3)),
    "Flatten": ("Flatten()", (2, 3, 2)),
    "Dropout": ("Dropout(0.3).eval()", (3, 4)),
    "Sequential": ("Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))", (2, 1, 4, 4)),
}
