"""An option of ``draw`` stands in one table, from which everything else follows."""

import inspect
import typing

import pytest

from autograd_core import DtypeError, Value
from viz import draw
from viz.command import main
from viz.options import OPTIONS
from viz.style import THEMES


def test_the_signature_of_draw_has_every_option_with_its_type_and_default():
    parameters = inspect.signature(draw).parameters
    assert list(parameters) == ["target", "inputs", *OPTIONS]
    for name, option in OPTIONS.items():
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[name].default == option.default
        assert parameters[name].annotation == option.type


def test_the_documentation_of_draw_explains_every_option():
    text = " ".join(draw.__doc__.split())
    for name, option in OPTIONS.items():
        assert f" {name}: {option.text}" in text


def test_an_option_has_the_value_by_default_that_it_checks():
    for name, option in OPTIONS.items():
        option.check(name, option.default)
        assert option.text.endswith(".")


def test_a_misspelled_option_is_refused_with_the_nearest():
    with pytest.raises(
        DtypeError, match=r"draw\(heet=True\): there is no option 'heet'; did you mean 'heat'\?"
    ):
        draw(Value(1.0), heet=True)
    with pytest.raises(DtypeError, match=r"there are graph, layout, .*, title"):
        draw(Value(1.0), zzz=1)


def test_the_command_line_takes_every_option(capsys):
    values = {"depth": "1", "max_nodes": "9", "number_format": ".2f", "highlight": "x", "title": "A product"}
    for name, option in OPTIONS.items():
        flag = f"--{'no-' if option.default is True else ''}{name.replace('_', '-')}"
        value = values.get(name) or (
            "" if bool in typing.get_args(option.type) else "".join(option.words[:1])
        )
        assert main(["w*x", "--at", "w=1,x=2", flag, *([value] if value else [])]) == 0
        assert capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["w*x", "--at", "w=1,x=2", "--theme", "darc"])
    assert "invalid choice: 'darc'" in capsys.readouterr().err


def test_every_theme_has_its_colours():
    assert set(OPTIONS["theme"].words) == set(THEMES)
