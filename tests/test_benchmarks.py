"""The benchmarks measure what they say: the same mathematics in every library, and reports that follow the numbers."""

import doctest
import gc
import importlib
import json
import re

import numpy as np
import pytest

import autograd_core as ac
from benchmarks import (
    contenders,
    drawings,
    duel,
    goals,
    networks,
    report,
    scalar_programs,
    scaling,
    small_programs,
)
from benchmarks.__main__ import WORKLOADS, chosen_workloads, main
from benchmarks.duel import (
    Entry,
    Pace,
    Process,
    Result,
    disagreement,
)
from benchmarks.libraries import ours, plain_numpy
from benchmarks.libraries.workload import NotWrittenError, Workload

CONTENDERS = {contender.label: contender for contender in contenders.CONTENDERS}
NETWORKS = [name for name in networks.NETWORKS if not name.startswith("T4")]


@pytest.fixture(autouse=True)
def _own_default_dtype():
    before = ac.default_dtype()
    yield
    ac.set_default_dtype(before)


def numbers(workload):
    return {name: np.asarray(value) for name, value in workload.results().items()}


def agree(reference, workload):
    return disagreement(numbers(reference), numbers(workload), max(reference.tolerance, workload.tolerance))


def torch_library():
    pytest.importorskip("torch")
    return importlib.import_module("benchmarks.libraries.with_torch")


# -- the mathematics


@pytest.mark.peers
@pytest.mark.parametrize("name", [*NETWORKS, *networks.ROWS])
def test_our_gradients_are_pytorchs(name):
    assert agree(torch_library().load(name), ours.load(name)) == ""


@pytest.mark.parametrize("name", ["T1-32", "T2", "T3", "T5"])
def test_our_gradients_are_the_slopes_of_the_loss(name):
    """One directional derivative, all parameters moving at once, in float64."""
    step = ours.load(name)
    step.model.eval()
    generator = np.random.default_rng(0)
    state = {key: np.asarray(p.data, np.float64) for key, p in step.model.named_parameters()}
    directions = {key: generator.standard_normal(value.shape) for key, value in state.items()}
    gradients = step.results()
    slope = sum((gradients[key] * direction).sum() for key, direction in directions.items())
    ac.set_default_dtype(np.float64)
    model = type(step.model)(
        *(
            type(layer)(*arguments)
            for layer, (_, *arguments) in zip(step.model, networks.problem(name).layers)
        )
    )
    inputs, targets = (x.astype(np.float64) if x.dtype.kind == "f" else x for x in step.first)

    def loss(length):
        model.load_state_dict({key: value + length * directions[key] for key, value in state.items()})
        return step.criterion(model(inputs), targets).item()

    assert slope == pytest.approx((loss(1e-7) - loss(-1e-7)) / 2e-7, rel=2e-3)


@pytest.mark.peers
def test_a_training_step_moves_the_parameters_as_pytorch_does():
    theirs, mine = torch_library().load("T5"), ours.load("T5")
    for step in (theirs, mine):
        step.run(3)
    for key, parameter in mine.model.named_parameters():
        np.testing.assert_allclose(
            parameter.data, theirs.parameters[key].detach().numpy(), rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize("name", ["T4", "T4-kaggle"])
def test_the_convolutional_networks_fit_their_images(name):
    problem = networks.problem(name)
    model = ours.nn.Sequential(*(getattr(ours.nn, kind)(*arguments) for kind, *arguments in problem.layers))
    model.load_state_dict(problem.parameters)
    assert model(problem.inputs[0][:2]).shape == (2, 10)


@pytest.mark.parametrize("name", ["T1-32", "T2", "T5", "batch-512"])
def test_every_step_has_new_data_for_a_long_time(name):
    problem = networks.problem(name)
    assert sum(inputs.nbytes for inputs in problem.inputs) <= networks.DATA
    step, batches = ours.load(name), len(problem.inputs)
    assert batches >= 20
    met = [
        (np.asarray(inputs).tobytes(), np.asarray(targets).tobytes())
        for inputs, targets in (next(step.batches) for _ in range(2 * batches))
    ]
    assert len({inputs for inputs, _ in met}) == batches
    assert name == "T2" or len(set(met)) == 2 * batches


def test_weights_of_black_pixels_have_no_gradient_after_the_first_step():
    step = ours.load("black-600")
    weight = step.model[0].weight
    for black in (False, True, True):
        step.step()
        gradient = np.asarray(weight.grad)
        assert np.all(gradient[:, :600] == 0) == black
        assert gradient[:, 600:].any()
    assert step.settling == 1000


def test_the_numbers_of_operations_are_those_stated():
    counts = {name: ours.load(name).count() for name in scalar_programs.OPERATIONS}
    assert counts == scalar_programs.OPERATIONS == {"W1": 65_075, "W2": 644, "W4": 9_940}
    assert ours.load("chain-1000").count() == 1000


@pytest.mark.parametrize("name", ["W2", "W4"])
def test_scalar_gradients_are_slopes(name):
    workload = ours.load(name)
    gradients = workload.results()["gradients"]
    parameters = workload.program.parameters
    for index in range(0, len(parameters), len(parameters) // 10):
        parameter, step = parameters[index], 1e-6
        losses = []
        start = parameter.data
        for moved in (start + step, start - step):
            parameter.data = moved
            losses.append(workload.program.forward().data)
        parameter.data = start
        assert gradients[index] == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-6)


@pytest.mark.peers
@pytest.mark.parametrize("label", ["micrograd", "XAD", "CasADi", "PyTorch 0-d"])
def test_every_scalar_library_computes_the_same(label):
    contender = CONTENDERS[label]
    pytest.importorskip(contender.requires)
    library = importlib.import_module(f"benchmarks.libraries.{contender.module}")
    assert agree(ours.load("W2"), library.load("W2")) == ""


@pytest.mark.peers
@pytest.mark.parametrize("operation", small_programs.OPERATIONS)
def test_operations_are_pytorchs_and_numpys(operation):
    theirs = torch_library()
    assert agree(theirs.load(f"op-{operation}-both"), ours.load(f"op-{operation}-both")) == ""
    assert agree(plain_numpy.load(f"op-{operation}-forward"), ours.load(f"op-{operation}-forward")) == ""


@pytest.mark.parametrize("way", ["forward", "backward"])
@pytest.mark.parametrize("name", small_programs.ARRAYS)
def test_the_numpy_side_of_large_arrays_computes_the_same(name, way):
    workload = f"array-{name}-float64-{way}"
    assert agree(plain_numpy.load(workload), ours.load(workload)) == ""


def test_what_a_library_does_not_have_is_said_so():
    with pytest.raises(NotWrittenError):
        ours.load("T9")


# -- the duel


class Counting(Workload):
    def step(self):
        self.steps = getattr(self, "steps", 0) + 1

    def results(self):
        return {"loss": 1.0}


def test_a_run_takes_as_many_steps_as_asked_for_with_and_without_collection():
    workload = Counting()
    assert workload.run(3) >= 0
    assert workload.run_without_collection(4) >= 0
    assert workload.steps == 7
    assert gc.isenabled()


def test_a_race_in_processes_of_their_own():
    processes = [Process(CONTENDERS[contenders.OURS], 1), Process(CONTENDERS["NumPy"], 1)]
    try:
        (result,) = duel.race(
            "array-sum-1-float32-forward", "sums", "arrays", processes, "NumPy", Pace(0.001, 2)
        )
        assert [len(entry.seconds) for entry in result.entries] == [2, 2]
        (refused,) = duel.race("op-add-both", "add", "operations", processes, "NumPy", Pace(0.001, 1))
        assert refused.entry(contenders.OURS)
        assert refused.entries[1].word == "-"
    finally:
        for process in processes:
            process.close()


def test_a_contender_that_disagrees_is_named_with_what_differs():
    expected = {"loss": np.array(1.0), "0.weight": np.array([1.0, -4.0])}
    assert disagreement(expected, {"loss": np.array(1.0), "0.weight": np.array([1.0, -4.0])}, 1e-9) == ""
    assert disagreement(expected, {**expected, "0.weight": np.array([1.2, -4.0])}, 1e-3).startswith(
        "0.weight differs by 0.05"
    )
    assert disagreement(expected, {**expected, "0.weight": np.array([np.nan, -4.0])}, 1e-3).startswith(
        "0.weight"
    )
    assert "has shape" in disagreement(expected, {**expected, "0.weight": np.zeros(3)}, 1e-3)
    assert "instead of" in disagreement(expected, {"loss": np.array(1.0)}, 1e-3)


def test_threads_are_fixed_for_every_library():
    environment = duel.environment(3)
    assert {environment[f"{name}_NUM_THREADS"] for name in ("OMP", "OPENBLAS", "MKL")} == {"3"}
    assert "intra_op_parallelism_threads=3" in environment["XLA_FLAGS"]


def test_an_absent_peer_is_a_dash():
    absent = contenders.Contender("Nobody", "with_nobody", "a_package_that_is_not_there", ("rows",))
    assert not absent.installed
    (result,) = duel.race("T6-softmax", "softmax", "rows", [Process(absent, 1)], "PyTorch", Pace(0.001, 1))
    assert result.entries[0].word == "-"


# -- the reports, on made-up results


def results():
    return [
        Result(
            "T1-32",
            "MLP",
            "networks",
            [
                Entry(contenders.OURS, [1e-3, 3e-3]),
                Entry("PyTorch", [2e-3, 4e-3]),
                Entry("JAX jit", word="-"),
            ],
        ),
        Result(
            "T2",
            "autoencoder",
            "networks",
            [Entry(contenders.OURS, [1e-3]), Entry("PyTorch", [1e-3]), Entry("MyGrad", [4e-3])],
        ),
        Result(
            "W3 (GC off)",
            "chain",
            "scalars",
            [
                Entry(contenders.OURS, [0.7]),
                Entry("micrograd", word="RecursionError", detail="too deep"),
                Entry("XAD", [0.4]),
            ],
        ),
        Result(
            "op-add-forward",
            "8x8",
            "operations",
            [Entry(contenders.OURS, [2e-6]), Entry("PyTorch", [1e-6]), Entry("NumPy", [0.5e-6])],
        ),
    ]


ABOUT = {
    "threads": 1,
    "date": "2020-01-02T03:04:05",
    "processor": "a processor",
    "versions": {"numpy": "2.0"},
}


def test_the_table_has_ratios_words_dashes_and_verdicts():
    lines = report.table(results()).splitlines()
    first = next(line for line in lines if line.startswith("T1-32"))
    assert "2.00 ms" in first
    assert "0.62 (0.50-0.75)" in first
    assert first.rstrip().endswith("no")
    second = next(line for line in lines if line.startswith("T2"))
    assert second.split()[-2:] == ["no,", "yes"]
    chain = next(line for line in lines if line.startswith("W3"))
    assert "RecursionError" in chain
    assert "400 ms" in chain
    assert any("too deep" in line for line in lines)


def test_goals_hold_for_one_thread_and_for_workloads_that_exist():
    result = results()[0]
    assert [verdict.reached for verdict in goals.verdicts(result, 1)] == [False]
    assert goals.verdicts(result, 2) == []
    names = {name for members in WORKLOADS.values() for name in members}
    assert {workload.partition(" ")[0] for workload in goals.GOALS} <= names
    assert {goal.peer for known in goals.GOALS.values() for goal in known} <= {"", *CONTENDERS}


def test_recording_costs_what_the_plain_call_does_not():
    assert report.recording_costs(results()) == {"add": pytest.approx(1.5e-6)}


def test_the_json_has_everything(tmp_path):
    report.write_json(tmp_path / "out.json", results(), report.conditions(2, True), startup={"imports": {}})
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert written["threads"] == 2
    assert written["versions"]["numpy"] == np.__version__
    assert written["results"][0]["entries"][0]["ratios"] == [0.5, 0.75]
    assert written["results"][2]["reference"] is None
    assert "startup" in written


def test_the_readme_is_refreshed_between_its_markers_only():
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    table = report.markdown(results(), ABOUT)
    new = report.refresh(text, table)
    assert new.startswith("before\n")
    assert new.endswith("\nafter\n")
    assert "old" not in new
    assert "| T1-32: MLP | 2.00 ms |" in new
    assert "op-add" not in new
    assert "1 thread:" in new
    assert report.refresh(new, table) == new
    with pytest.raises(ValueError, match="needs the lines"):
        report.refresh("no markers", table)


def test_the_readmes_and_their_chart_say_what_was_measured(tmp_path):
    (tmp_path / "benchmarks").mkdir()
    pages = [tmp_path / "README.md", tmp_path / "benchmarks/README.md"]
    pages[0].write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", encoding="utf-8")
    pages[1].write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="needs the lines"):
        report.write_pages(tmp_path, results(), ABOUT)
    assert "old" in pages[0].read_text(encoding="utf-8")
    pages[1].write_text(f"{report.BEGIN}\n{report.END}", encoding="utf-8")
    report.write_pages(tmp_path, results(), ABOUT)
    short, long = (page.read_text(encoding="utf-8") for page in pages)
    assert (
        short
        == f"before\n{report.BEGIN}\n- MLP: 2.00 ms a step, 0.62 of PyTorch's time\n{report.END}\nafter\n"
    )
    assert "| T1-32: MLP | 2.00 ms |" in long
    chart = (tmp_path / "benchmarks/speed.svg").read_text(encoding="utf-8")
    assert "autoencoder" in chart
    assert "MyGrad" not in chart
    report.write_pages(tmp_path, results(), ABOUT)
    assert (tmp_path / "benchmarks/speed.svg").read_text(encoding="utf-8") == chart


def test_the_chart_of_the_readme_shows_the_numbers_of_its_tables():
    tables = (duel.ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    shown = re.findall(
        r"<text[^>]*>([^<]*)", (duel.ROOT / "benchmarks/speed.svg").read_text(encoding="utf-8")
    )
    ratios = dict(re.findall(r"^\| (T[1-5]\S*): .*? \| .*? \| (\S+) \(", tables, re.MULTILINE))
    assert set(ratios) == set(networks.NETWORKS)
    assert set(ratios) | set(ratios.values()) <= set(shown)
    lines = (duel.ROOT / "README.md").read_text(encoding="utf-8").partition(report.BEGIN)[2].splitlines()[1:4]
    for line in lines:
        title, time, ratio = re.fullmatch(r"- (.*): (\S+ .?s) a step, (\S+) of .*", line).groups()
        assert f"{title} | {time} | {ratio} (" in tables


def test_the_chart_and_the_scaling_plots_are_drawn(tmp_path):
    report.draw_chart(tmp_path / "chart.png", results())
    assert (tmp_path / "chart.png").stat().st_size > 5000
    curve = {
        "sizes": [1, 10, 100],
        "seconds": [1.0, 10.0, 100.0],
        "words": {"1000": "RecursionError"},
        "slope": 1.0,
    }
    found = {
        "samples": {
            contenders.OURS: curve,
            "micrograd": {"sizes": [], "seconds": [], "words": {}, "slope": None},
        }
    }
    assert [file.name for file in scaling.draw(found, tmp_path)] == ["scaling-samples.png"]
    assert set(report.STYLES) == set(CONTENDERS)
    assert "RecursionError at 1000" in scaling.table(found)


def test_workloads_are_chosen_by_part_of_a_name_or_by_pattern():
    assert list(chosen_workloads(["T1-"])["networks"]) == ["T1-32", "T1-128"]
    assert list(chosen_workloads(["W?"])["scalars"]) == ["W1", "W2", "W3", "W4"]
    assert len(chosen_workloads(["T5", "W2"])["scalars"]) == 1
    assert chosen_workloads([]) == WORKLOADS
    with pytest.raises(SystemExit, match="no workload is called like T9"):
        main(["--only", "T9"])


@pytest.mark.parametrize("module", ["duel", "report", "scaling", "__main__", "libraries.workload"])
def test_the_examples_in_the_docstrings_are_true(module):
    imported = importlib.import_module(f"benchmarks.{module}")
    assert doctest.testmod(imported).failed == 0


def test_drawings_are_measured_beside_their_goals():
    names = ("60 nodes", "60 nodes, one weight for all")
    found = drawings.measure(1, 1, names)
    assert set(found) == set(names)
    assert all(seconds > 0 for times in found.values() for seconds in times.values())
    assert drawings.table(found).count("(500 ms), again") == 2
