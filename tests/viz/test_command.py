"""The command line: formulas in, pictures out, and nothing executed."""

import math

import pytest

from autograd_core import DomainError
from viz.command import main
from viz.expressions import FUNCTIONS, evaluate


@pytest.mark.parametrize(
    ("formula", "at", "value"),
    [
        ("tanh(w*x + b)", {"w": -3.0, "x": 2.0, "b": 6.9}, math.tanh(0.9)),
        ("-x**2", {"x": 3.0}, -9.0),
        ("+x - -x", {"x": 3.0}, 6.0),
        ("(a - b) / 2", {"a": 3.0, "b": 4.0}, -0.5),
        ("2 ** x", {"x": 3.0}, 8.0),
        ("maximum(x, 0) + sin(pi / 2)", {"x": -1.0}, 1.0),
        ("2 * 3 + 1", {}, 7.0),
        ("exp(1)", {}, math.e),
        ("pi", {"pi": 3.0}, 3.0),
    ],
)
def test_formulas_are_computed(formula, at, value):
    assert evaluate(formula, at).data == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(("name", "count"), FUNCTIONS.items())
def test_every_function_computes(name, count):
    y = evaluate(f"{name}({', '.join(['x'] * count)})", {"x": 1.5 if name == "arccosh" else 0.5})
    y.backward()
    assert math.isfinite(y.data)


def test_a_name_used_twice_is_one_node():
    y = evaluate("x * x", {"x": 3.0})
    assert y.parents[0] is y.parents[1]


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("", "empty"),
        ("w *", "cannot be read"),
        ("w * x)", "cannot be read: unmatched"),
        ("\0", "cannot be read"),
        ("q + 1", "q has no value; give it one with --at q=1.0"),
        ("weigth + x", "did you mean weight"),
        ("sigmiod(x)", "no function sigmiod; did you mean sigmoid"),
        ("tanh", "tanh is a function"),
        ("tanh(x, w)", "tanh takes one argument, not 2"),
        ("hypot(x)", "hypot takes 2 arguments, not 1"),
        ("x ^ 2", r"x \^ 2: a power is written with \*\*"),
        ("1 / 0", "1 / 0: .*zero"),
        ("9 ** 9 ** 9", "9 .*: "),
        ("(-1) ** 0.5", "complex"),
        ("1" + "0" * 400, "too large"),
        ("x + w", "weight has a value, but does not occur in x"),
        ("(" * 300 + "x" + ")" * 300, "nested"),
        ("-" * 1_990 + "x", "nested|does not occur"),
        ("x" * 5_000, "5,000 letters"),
        ("__import__('os').system('true')", "cannot be drawn"),
        ("x.__class__", "cannot be drawn"),
        ("(lambda: x)()", "cannot be drawn"),
        ("[x for x in (1,)]", "cannot be drawn"),
        ("x if x else w", "cannot be drawn"),
        ("'text'", "cannot be drawn"),
        ("True", "cannot be drawn"),
        ("x; w", "cannot be read"),
        ("open(x)", "no function open"),
        ("tanh(x=1)", "cannot be drawn"),
        ("tanh(*x)", "cannot be drawn"),
        ("x := 2", "cannot be read"),
    ],
)
def test_what_is_no_formula_is_refused_with_a_reason(formula, message):
    with pytest.raises(DomainError, match=message):
        evaluate(formula, {"x": 1.0, "w": 2.0, "weight": 3.0})


def test_a_table_is_printed_where_no_file_is_named(capsys):
    assert main(["w*x", "--at", "w=-3,x=2"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "w  (input)  −3.0  grad 2.0"


@pytest.mark.parametrize(
    ("options", "start"),
    [
        (["--out", "g.svg"], "<svg"),
        (["--out", "g.dot"], "digraph"),
        (["--out", "g.html"], "<!doctype html>"),
        (["--html", "--out", "page"], "<!doctype html>"),
        (["--dot", "--out", "g.txt"], "digraph"),
        (["--backward", "--out", "g.svg"], "<svg"),
    ],
)
def test_files(options, start, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["w*x", "--at", "w=-3", "--at", "x=2", *options]) == 0
    (file,) = tmp_path.iterdir()
    assert file.read_text(encoding="utf-8").startswith(start)
    assert file.name in capsys.readouterr().out


@pytest.mark.parametrize(("option", "start"), [("--dot", "digraph"), ("--html", "<!doctype html>")])
def test_text_formats_go_to_standard_output(option, start, capsys):
    assert main(["w*x", "--at", "w=-3,x=2", option]) == 0
    assert capsys.readouterr().out.startswith(start)


def test_a_live_page_is_written(tmp_path, capsys):
    at = ["tanh(w*x)", "--at", "w=2,x=0.5", "--live"]
    assert main([*at, "--theme", "dark", "--out", str(tmp_path / "live.html")]) == 0
    assert "<LivePage: 2 steps forward, 4 steps backward, 2 sliders>" in capsys.readouterr().out
    assert "Math.tanh(" in (tmp_path / "live.html").read_text(encoding="utf-8")
    assert main([*at, "--heat"]) == 2
    assert "--live takes --title and --theme, not --heat" in capsys.readouterr().err


def test_the_backward_pass_is_drawn(capsys):
    main(["w*x", "--at", "w=-3,x=2", "--backward"])
    assert "∂L/∂w" in capsys.readouterr().out


def test_the_look_of_a_drawing_is_chosen_by_options(capsys):
    given = ["tanh(w*x)", "--at", "w=0.5,x=2", "--dot"]
    assert main([*given, "--both", "--direction", "TB", "--theme", "print", "--number-format", ".2f"]) == 0
    dot = capsys.readouterr().out
    assert "rankdir=TB" in dot
    assert "dir=back" in dot
    assert "0.76" in dot
    assert "#e0f3eb" not in dot
    assert main([*given, "--heat"]) == 0
    assert 'class="input heat"' in capsys.readouterr().out


def test_lists_in_brackets_are_arrays_and_may_be_drawn_number_by_number(capsys):
    given = ["sum(W @ x)", "--at", "W=[[1,2],[3,4]],x=[0.5,-1]"]
    assert main(given) == 0
    assert "W @ x" in capsys.readouterr().out
    assert main([*given, "--lower"]) == 0
    assert "z₁ = 0.5 × 3 + (−1) × 4 = −2.5" in capsys.readouterr().out
    assert main([*given, "--lower", "--layout", "boxes"]) == 0
    numbers = capsys.readouterr().out
    assert "W[1, 0] × x[0]" in numbers
    assert "used 2×" in numbers
    assert main(["w*x", "--at", "w=1,x=2", "--lower"]) == 0
    assert "L = w × x" in capsys.readouterr().out


def test_a_formula_may_begin_with_a_minus_sign(capsys):
    assert main(["-x*2", "--at", "x=3"]) == 0
    assert "−6.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], "x has no value"),
        (["x", "--at", "x"], "name=number"),
        (["x", "--at", "x=two"], "'two' is not a number"),
        (["x", "--at", "x=1,x=2"], "x two values"),
        (["x", "--at", "1x=1"], "name=number"),
        (["x", "--at", "x=[1,2"], "'[1,2' is not a list of numbers"),
        (["x", "--at", "x=[1,__import__('os')]"], "is not a list of numbers"),
        (["x", "--at", "x=[1,'a']"], "real numbers"),
        (["x*w", "--at", "x=[1,2],w=[1,2,3]"], "shapes (2,) and (3,) do not broadcast"),
        (["x@w", "--at", "x=1,w=2"], "x@w has no meaning: @ multiplies matrices"),
        (["tanh(x)", "--at", "x=[1,2]", "--backward"], "reduce the output first"),
        (["x*2", "--at", "x=1", "--out", "missing/g.svg"], "folder 'missing' does not exist"),
        (["x*2", "--at", "x=1", "--out", "."], "no format ''"),
        (["x*2", "--at", "x=1", "--html", "--out", "."], "is a folder"),
        (["x*2", "--at", "x=1", "--out", "g.jpg"], "no format '.jpg'"),
        (["x*2", "--at", "x=1", "--out", "/proc/g.dot"], "/proc/g.dot'"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("viz: ")
    assert message in said.err


def test_the_module_runs(tmp_path):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "viz", "w*x", "--at", "w=-3,x=2"], capture_output=True, check=True
    )
    assert "−6.0" in done.stdout.decode()


@pytest.mark.parametrize(
    ("formula", "given"),
    [("µ*2", "µ=3"), ("μ*2", "µ=3"), ("µ*2", "μ=3"), ("ﬁ*2", "fi=3"), ("ℝ*2", "ℝ=3")],
)
def test_a_name_is_the_same_however_it_is_typed(formula, given, capsys):
    # Python reads names in the form NFKC: the micro sign as the letter mu, a ligature as its letters
    assert main([formula, "--at", given]) == 0
    assert "6.0" in capsys.readouterr().out
    assert evaluate(formula, {given.split("=")[0]: 3.0}).data == 6.0


def test_a_name_given_twice_in_two_ways_is_given_twice(capsys):
    assert main(["µ*2", "--at", "µ=3,μ=4"]) == 2
    assert "two values" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wanted", [".99999999f", "99999999", "0>1000000.3f", ".101g", ".1000000000000000000000f"]
)
def test_a_number_has_no_more_digits_than_a_box_holds(wanted, capsys):
    assert main(["x*2", "--at", "x=3", "--number-format", wanted]) == 2
    assert "a number in a box has at most 100 digits" in capsys.readouterr().err
