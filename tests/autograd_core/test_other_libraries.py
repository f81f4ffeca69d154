"""pandas and matplotlib take tensors by the rule of what leaves the graph."""

import numpy as np
import pytest

from autograd_core import GraphError, GraphWarning, Tensor, grad, no_grad

ROWS = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]

TAKEN = {
    "a frame": lambda pandas, t: pandas.DataFrame(t, columns=["a", "b"]).to_numpy(),
    "a frame of columns": lambda pandas, t: pandas.DataFrame({"a": t[:, 0], "b": t[:, 1]}).to_numpy(),
    "a series": lambda pandas, t: pandas.Series(t[:, 0]).to_numpy(),
    "a new column": lambda pandas, t: pandas.DataFrame({"k": [0, 1, 2]}).assign(b=t[:, 1])["b"].to_numpy(),
    "an index": lambda pandas, t: pandas.Index(t[:, 0]).to_numpy(),
}


@pytest.mark.peers
@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN)
def test_pandas_takes_the_numbers_of_a_tensor(make):
    pandas = pytest.importorskip("pandas")
    expected = make(pandas, np.array(ROWS))
    leaf = Tensor(ROWS, requires_grad=True)
    for node in (leaf, leaf * 1.0):
        for free in (node.detach(), node.data):
            assert np.array_equal(make(pandas, free), expected)
        with no_grad():
            assert np.array_equal(make(pandas, node), expected)
        with pytest.warns(GraphWarning, match="^pandas makes plain numbers"):
            assert np.array_equal(make(pandas, node), expected)
    with pytest.raises(GraphError, match="inside a function that is being differentiated, pandas"):
        grad(lambda t: (make(pandas, t), t.sum())[1])(np.array(ROWS))


@pytest.mark.peers
def test_a_table_becomes_a_tensor():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(ROWS, columns=["a", "b"])
    assert Tensor(table).tolist() == ROWS
    assert Tensor(table["a"]).tolist() == [1.0, 3.0, 5.0]
    w = Tensor([[1.0], [2.0]], requires_grad=True)
    (table @ w.detach()).shape  # noqa: B018  pandas' own product
    (Tensor(table) @ w).sum().backward()
    assert w.grad.tolist() == [[9.0], [12.0]]
    with pytest.raises(Exception, match="real numbers, got type str"):
        Tensor(pandas.DataFrame({"name": ["a", "b"]}))


def test_matplotlib_draws_leaves_and_results_and_what_is_being_differentiated():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, axes = pyplot.subplots()

    def drawn(t):
        line = axes.plot(t)[0]
        columns = axes.plot(t, t * 2.0)
        axes.fill_between(range(3), t[:, 0], t[:, 1])
        axes.scatter(t[:, 0], t[:, 1], c=t[:, 0])
        axes.errorbar(range(3), t[:, 0], yerr=t[:, 1])
        assert np.array_equal(line.get_ydata(), np.array(ROWS)[:, 0])
        assert np.array_equal(columns[1].get_ydata(), 2 * np.array(ROWS)[:, 1])
        return t.sum()

    leaf = Tensor(ROWS, requires_grad=True)
    for node in (leaf, leaf * 1.0, leaf.detach()):
        drawn(node)
    assert grad(drawn)(np.array(ROWS)).tolist() == np.ones((3, 2)).tolist()
    pyplot.close(figure)
