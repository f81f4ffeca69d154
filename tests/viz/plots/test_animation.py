"""Animations: pages that need nothing from outside, and GIFs."""

import base64
import hashlib
import json
import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from autograd_core import DomainError
from viz.plots import convolution_steps

STEPS = convolution_steps([[1, 2, 3], [0, 0, 1]], [[1, -1]])


def data(html):
    return json.loads(re.search(r'type="application/json" id="frames">(.*?)</script>', html, re.DOTALL)[1])


def pictures(html):
    return [Image.open(BytesIO(base64.b64decode(p.partition(",")[2]))) for p in data(html)["pictures"]]


def test_the_page_has_a_picture_and_a_sentence_for_each_step():
    html = STEPS.animation.html
    assert data(html)["sentences"] == [STEPS.sentence(i) for i in range(4)]
    frames = [np.asarray(picture.convert("RGB")) for picture in pictures(html)]
    assert len(frames) == 4
    assert len({frame.tobytes() for frame in frames}) == 4
    assert (frames[0] == 255).mean() > 0.5  # black on white


def test_the_page_needs_no_network_and_its_policy_allows_only_its_own_script():
    html = STEPS.animation.html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; img-src data:")
    assert f"script-src 'sha256-{digest}'" in policy
    assert not re.search(r"https?:", html)
    assert "prefers-reduced-motion" in script


def test_a_gif_plays_every_step_and_rests_on_the_last():
    image = Image.open(BytesIO(STEPS.animation.gif(0.5)))
    times = []
    for i in range(image.n_frames):
        image.seek(i)
        times.append(image.info["duration"])
    assert times == [500, 500, 500, 1000]
    assert image.info["loop"] == 0
    assert "loop" not in Image.open(BytesIO(STEPS.animation.gif(loop=False))).info


def test_it_is_saved_by_its_suffix(tmp_path):
    assert STEPS.animation.save(tmp_path / "a.html").read_text(encoding="utf-8") == STEPS.animation.html
    assert STEPS.animation.save(tmp_path / "a.gif").read_bytes() == STEPS.animation.gif()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "a.html"]
    with pytest.raises(DomainError, match=r"an \.html or a \.gif file"):
        STEPS.animation.save(tmp_path / "a.mp4")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        STEPS.animation.save(tmp_path / "nowhere" / "a.gif")
    with pytest.raises(DomainError, match="got 0"):
        STEPS.animation.save(tmp_path / "b.gif", seconds=0)


def test_notebooks_get_a_picture_and_a_frame_that_may_only_run_scripts():
    bundle = STEPS._repr_mimebundle_()
    assert re.findall(r'sandbox="([^"]*)"', bundle["text/html"]) == ["allow-scripts"]
    assert 'src="data:image/png;base64,' in bundle["text/html"]
    assert bundle["text/plain"].splitlines() == [STEPS.sentence(i) for i in range(4)]


def test_too_many_frames_are_refused_and_shown_as_text():
    steps = convolution_steps(np.ones((13, 13)), [[1]])
    with pytest.raises(DomainError, match="169 frames: at most 150"):
        _ = steps.animation
    assert steps._repr_mimebundle_() == {
        "text/plain": "<ConvolutionSteps: convolution of a 13×13 image, 169 steps>"
    }
