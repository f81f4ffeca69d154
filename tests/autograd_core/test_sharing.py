"""Memory shared with other libraries by DLPack: both see what is written, and no gradient is lost or wrong."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import DtypeError, GraphError, GraphWarning, Tensor, from_dlpack, grad, no_grad
from nn import Parameter


class Foreign:
    """An array of a library that has nothing but DLPack."""

    def __init__(self, array, device=(1, 0)):
        self.array, self.device = array, device

    def __dlpack__(self, **options):
        if self.device != (1, 0):
            raise BufferError("the numbers are elsewhere")
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.device


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8, np.bool_])
def test_an_array_keeps_its_dtype_and_its_memory(dtype):
    array = np.ones((2, 3), dtype)[:, ::2]
    shared = from_dlpack(Foreign(array))
    assert (shared.dtype, shared.shape, shared.requires_grad) == (dtype, (2, 2), False)
    assert np.shares_memory(shared.data, array)


REFUSED = {
    "a list": ([1.0], DtypeError, r"a list has no __dlpack__; Tensor\(x\) copies"),
    "a node": (Tensor([1.0]), GraphError, "is a node already"),
    "a Value": (ac.Value(1.0), GraphError, "is a node already"),
    "complex numbers": (Foreign(np.ones(2, complex)), DtypeError, "real numbers, got dtype complex128"),
    "another device": (Foreign(np.ones(2), (2, 0)), DtypeError, "this .*Foreign cannot be shared"),
}


@pytest.mark.parametrize(("x", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_shared_is_refused(x, error, message):
    with pytest.raises(error, match=message):
        from_dlpack(x)


def test_a_backward_pass_that_needs_what_was_written_over_is_refused():
    array = np.array([1.0, 2.0])
    w, shared = Tensor([3.0, 4.0], requires_grad=True), from_dlpack(Foreign(array))
    y = (w * shared).sum()
    array[0] = 10.0
    with pytest.raises(GraphError, match="changed"):
        y.backward()
    (w * shared).sum().backward()
    assert w.grad.tolist() == [10.0, 2.0]


# -- PyTorch


@pytest.mark.peers
def test_pytorch_and_a_tensor_see_what_the_other_writes():
    torch = pytest.importorskip("torch")
    theirs = torch.zeros(2, 2)
    ours = from_dlpack(theirs.T)
    theirs[0, 1] = 5.0
    ours.data[0, 0] = 7.0
    assert ours.tolist() == [[7.0, 0.0], [5.0, 0.0]]
    assert theirs.tolist() == [[7.0, 5.0], [0.0, 0.0]]
    back = torch.from_dlpack(ours)
    assert (back.dtype, back.data_ptr()) == (torch.float32, theirs.data_ptr())


@pytest.mark.peers
@pytest.mark.parametrize("asked", ["x", "y"])
def test_what_pytorch_writes_into_a_graph_is_noticed(asked):
    torch = pytest.importorskip("torch")
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = ac.exp(x * x)  # its backward pass needs x, and itself
    torch.from_dlpack({"x": x, "y": y}[asked].detach())[0] = 0.5
    with pytest.raises(GraphError, match="changed"):
        y.sum().backward()


@pytest.mark.peers
def test_what_a_graph_does_not_need_may_be_written_over():
    torch = pytest.importorskip("torch")
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x + 1.0
    torch.from_dlpack(y.detach())[0] = 0.5
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


@pytest.mark.peers
def test_pytorch_gets_numbers_by_the_rule_of_what_leaves_the_graph():
    torch = pytest.importorskip("torch")
    x = Tensor([1.0, 2.0], requires_grad=True)
    for node in (x, 2.0 * x):
        with pytest.warns(GraphWarning, match="^torch makes plain numbers") as told:
            torch.from_dlpack(node)
        assert {warning.filename for warning in told} == {__file__}
        for free in (node.detach(), node.data, node.numpy()):
            torch.from_dlpack(free)
        with no_grad():
            torch.from_dlpack(node)
    with pytest.raises(GraphError, match="inside a function that is being differentiated, torch"):
        grad(lambda t: (torch.from_dlpack(t), t.sum())[1])(np.ones(2))


@pytest.mark.peers
def test_pytorch_may_move_a_parameter():
    torch = pytest.importorskip("torch")
    w = Parameter(np.array([1.0, 2.0]))
    with no_grad():
        theirs = torch.from_dlpack(w)
    (w * w).sum().backward()
    theirs -= 0.5 * torch.from_dlpack(w.grad)
    assert w.tolist() == [0.0, 0.0]


@pytest.mark.peers
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"requires_grad": True}, r"detach\(\)"),
        ({"device": "meta"}, "meta"),
        ({"dtype": "bfloat16"}, "dtype"),
    ],
    ids=["a gradient of its own", "no memory", "numbers that NumPy has not"],
)
def test_what_pytorch_does_not_give_away_says_why(options, reason):
    torch = pytest.importorskip("torch")
    if "dtype" in options:
        options = {"dtype": torch.bfloat16}
    with pytest.raises(DtypeError, match=f"this torch.Tensor cannot be shared: .*{reason}"):
        from_dlpack(torch.ones(2, **options))
