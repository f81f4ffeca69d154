"""The page of an animation, used as a reader would."""

from viz.plots import convolution_steps

STEPS = convolution_steps([[1, 2, 3], [0, 0, 1]], [[1, -1]])


def seen(page):
    return [
        page.locator("#said").text_content(),
        page.locator("#picture").get_attribute("alt"),
        page.locator("#jump").input_value(),
    ]


def test_buttons_keys_and_slider_step(visit):
    page = visit(STEPS.animation.html)
    states = [seen(page)]
    page.locator("#step").click()
    states.append(seen(page))
    for key in ("End", "ArrowLeft"):
        page.locator("body").press(key)
        states.append(seen(page))
    page.locator("#jump").fill("0")
    states.append(seen(page))
    steps = [0, 1, 3, 2, 0]
    assert states == [[f"Step {i + 1} of 4: {STEPS.sentence(i)}", STEPS.sentence(i), str(i)] for i in steps]
    assert page.locator("#back").is_disabled()
    assert page.locator("#picture").evaluate("e => e.naturalWidth") > 0


def test_it_waits_for_play_and_stops_at_the_end(visit):
    page = visit(STEPS.animation.html)
    page.clock.install()
    page.reload()
    page.clock.run_for(60_000)
    assert page.locator("#jump").input_value() == "0"
    page.locator("#speed").select_option("4")
    page.locator("#play").click()
    assert page.locator("#play").text_content() == "Pause"
    page.clock.run_for(60_000)
    assert (page.locator("#jump").input_value(), page.locator("#play").text_content()) == ("3", "Play")
