"""The examples of training show what they say: their figures, and their pictures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Runs an example, any warning an error; returns what it prints and where it put its pictures."""
    folder = tmp_path_factory.mktemp("examples")

    def run(script):
        command = [sys.executable, "-W", "error", str(EXAMPLES / script)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout, folder / "build/demo"

    return run


def test_learned_error_bars_hold_as_many_measurements_as_they_should(printed):
    text, pictures = printed("regression_with_uncertainty.py")
    within = float(re.search(r"([\d.]+)% of 2000 new measurements", text)[1])
    assert 93 < within < 97.5
    assert float(re.search(r"differs from the true curve by ([\d.]+)", text)[1]) < 0.08
    assert 0.9 < float(re.search(r"σ is ([\d.]+) times the true one", text)[1]) < 1.15
    assert (pictures / "uncertainty.png").stat().st_size > 10_000


@pytest.mark.slow
def test_an_oversized_network_fits_the_noise_unless_it_is_held_back(printed):
    text, pictures = printed("overfitting.py")
    rows = re.findall(
        r"^(\w[\w, ]*\w) +(\d+) epochs: learned from ([\d.]+), new points ([\d.]+)$", text, re.M
    )
    epochs = {name: int(n) for name, n, _, _ in rows}
    learned = {name: float(x) for name, _, x, _ in rows}
    new = {name: float(x) for name, _, _, x in rows}
    assert learned["oversized"] < 0.5 * 0.09  # half of the noise
    assert new["oversized"] > 1.5 * 0.09
    assert new["small"] < 0.9 * new["oversized"]
    remedies = ["oversized, L2", "oversized, dropout", "oversized, stopped early"]
    assert all(new[remedy] < 0.9 * new["oversized"] for remedy in remedies)
    assert all(learned[remedy] > learned["oversized"] for remedy in remedies)
    assert epochs["oversized, stopped early"] < 500
    assert (pictures / "overfitting.png").stat().st_size > 10_000


@pytest.mark.slow
def test_a_model_of_characters_learns_to_spell(printed):
    text, pictures = printed("characters.py")
    bits = [
        tuple(map(float, pair))
        for pair in re.findall(r"^step \d+: ([\d.]+) bits a character, ([\d.]+) where", text, re.M)
    ]
    guessed = float(re.search(r"guessed at random ([\d.]+) bits", text)[1])
    assert bits[0] > bits[-1]
    assert bits[-1][0] < 0.4 * guessed
    assert bits[-1][1] < 0.5 * guessed
    _, _, written = text.partition("The gradient ")
    words = re.findall(r"[a-z]{3,}", written)
    read = set(re.findall(r"[a-z]{3,}", (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")))
    assert len(words) > 40
    assert sum(word in read for word in words) > 0.3 * len(words)
    assert (pictures / "characters.svg").stat().st_size > 10_000
