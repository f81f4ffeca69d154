"""The page of an animation, used as a reader would."""

from tests.viz.browser import driven
from viz.plots import convolution_steps

STEPS = convolution_steps([[1, 2, 3], [0, 0, 1]], [[1, -1]])

READING = """
const find = (id) => document.getElementById(id);
const seen = () => [find("said").textContent, find("picture").alt, find("jump").value];
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const rest = (ms) => new Promise((done) => setTimeout(done, ms));
"""


def test_buttons_keys_and_slider_step(tmp_path):
    found = driven(
        STEPS.animation.html,
        READING
        + """
        const states = [seen()];
        find("step").click(); states.push(seen());
        press("End"); states.push(seen());
        press("ArrowLeft"); states.push(seen());
        find("jump").value = 0; find("jump").dispatchEvent(new Event("input")); states.push(seen());
        return [states, find("back").disabled, find("picture").naturalWidth > 0];
        """,
        tmp_path,
    )
    states, at_start, loaded = found
    steps = [0, 1, 3, 2, 0]
    assert states == [[f"Step {i + 1} of 4: {STEPS.sentence(i)}", STEPS.sentence(i), str(i)] for i in steps]
    assert (at_start, loaded) == (True, True)


def test_it_waits_for_play_and_stops_at_the_end(tmp_path):
    found = driven(
        STEPS.animation.html,
        READING
        + """
        await rest(3000);
        const before = find("jump").value;
        find("speed").value = "4";
        find("play").click();
        const playing = find("play").textContent;
        await rest(2500);
        return [before, playing, find("jump").value, find("play").textContent];
        """,
        tmp_path,
    )
    assert found == ["0", "Pause", "3", "Play"]
