"""Under ``debug()`` the first bad number is caught where it is made, and the line of the user is named."""

import linecache

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import (
    GraphError,
    NumericalError,
    Tensor,
    Value,
    debug,
)


def here(error):
    """The source line that an error names."""
    file, line = str(error).split('"')[1], int(str(error).split("line ")[1].split(",")[0])
    assert file == __file__
    return linecache.getline(file, line)


@pytest.fixture(autouse=True)
def _without_numpy_warnings():
    with np.errstate(all="ignore"):
        yield


def test_the_operation_that_makes_the_first_infinity_is_named_with_its_inputs_and_line():
    x = Tensor([[2.0, 1.0], [0.0, 4.0]], requires_grad=True)
    with debug(), pytest.raises(NumericalError) as caught:
        (x * 1.0).log().sum()  # the culprit
    message = str(caught.value)
    assert "log gives -inf at index (1, 0)" in message
    assert "input 0: shape (2, 2), from 0 to 4" in message
    assert "# the culprit" in here(caught.value)


def test_a_nan_inside_a_layer_is_traced_to_the_line_that_called_it():
    model = nn.Sequential(nn.Linear(2, 2), nn.Softmax(1))
    model[0].weight.data[:] = 1e308
    with debug(), pytest.raises(NumericalError, match="in Sequential/0: Linear") as caught:
        model(np.full((1, 2), 1e10))  # the call
    assert "# the call" in here(caught.value)


def test_a_value_is_watched_too():
    x = Value(0.0)
    with (
        debug(),
        pytest.raises(NumericalError, match=r"divide gives inf\n  input 0: 1\n  input 1: 0") as caught,
    ):
        1.0 / x  # the pole
    assert "# the pole" in here(caught.value)


def test_an_infinite_gradient_is_traced_to_the_forward_line_it_belongs_to():
    for x in (Value(0.0), Tensor(0.0, requires_grad=True)):
        with debug():
            y = x.sqrt()  # slope without bound
            z = y * 2.0
            with pytest.raises(
                NumericalError, match="gradient of sqrt with respect to its input 0 is inf"
            ) as caught:
                z.backward()
        assert "# slope without bound" in here(caught.value)


def test_only_the_first_bad_number_is_blamed():
    x = Tensor([np.inf], requires_grad=True)
    with debug():
        y = x * 2.0
    assert y.data == np.inf


def test_data_changed_between_forward_and_backward_are_noticed():
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    with debug():
        loss = (w * w).sum()  # the use
        w.data += 1.0
        with pytest.raises(
            GraphError, match=r"'multiply': its input 0 \('w'\), .* changed in place"
        ) as caught:
            loss.backward()
    assert "# the use" in here(caught.value)


def test_nodes_remember_their_line_and_gradients_are_unchanged():
    x = Tensor([1.0, 2.0], requires_grad=True)
    v = Value(3.0)
    with debug(), ac.scope("part"):
        y = (x * v).tanh()
        y.sum().backward()
        u = v * v
        u.backward()
    assert y.origin[0] == __file__
    assert y.scope == ("part",)
    assert v.grad == pytest.approx(6.0 + float(np.sum(x.data * (1 - y.data**2))))
    assert (x * 2).origin is None
