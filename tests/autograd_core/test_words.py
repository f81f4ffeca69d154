"""Another library's word is answered with the one that is right here: keywords, methods, attributes."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F
from autograd_core import Tensor, Value

X = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)

KEYWORDS = {
    "mean": (lambda: X.mean(dim=1), "'dim'; write 'axis' here"),
    "sum": (lambda: X.sum(0, keepdim=True), "'keepdim'; write 'keepdims' here"),
    "sum, as a function": (lambda: ac.sum(X, dim=0), "write 'axis' here"),
    "max": (lambda: X.max(dim=1), "write 'axis' here"),
    "argmax": (lambda: X.argmax(dim=1), "write 'axis' here"),
    "var": (lambda: X.var(dim=0), "write 'axis' here"),
    "std": (lambda: X.std(0, keepdim=True), "write 'keepdims' here"),
    "stack": (lambda: ac.stack([X, X], dim=1), "write 'axis' here"),
    "concatenate": (lambda: ac.concatenate([X, X], dim=1), "write 'axis' here"),
    "cumsum": (lambda: X.cumsum(dim=1), "write 'axis' here"),
    "squeeze": (lambda: X.squeeze(dim=0), "write 'axis' here"),
    "sort": (lambda: X.sort(dim=1), "write 'axis' here"),
    "quantile": (lambda: X.quantile(0.5, dim=0), "write 'axis' here"),
    "norm": (lambda: ac.linalg.norm(X, dim=1), "write 'axis' here"),
    "fft": (lambda: ac.fft.fft(X, dim=0), "write 'axis' here"),
    "softmax, NumPy's way": (lambda: X.softmax(dim=1), "write 'axis' here"),
    "softmax, PyTorch's way": (lambda: F.softmax(X, axis=1), "'axis'; write 'dim' here"),
    "log_softmax": (lambda: F.log_softmax(X, axis=1), "write 'dim' here"),
    "normalize": (lambda: F.normalize(X, axis=1), "write 'dim' here"),
    "cosine_similarity": (lambda: F.cosine_similarity(X, X, axis=1), "write 'dim' here"),
    "a misspelled one": (lambda: X.mean(axes=1), "did you mean 'axis'"),
    "none like it": (lambda: ac.mean(X, quux=1), "'quux'; it takes x, axis, keepdims, dtype, where"),
    "an option of a tensor": (lambda: Tensor([1.0], require_grad=True), "did you mean 'requires_grad'"),
    "a name of a tensor": (lambda: Tensor([1.0], name="w"), "'name'; write 'label' here"),
    "a name of a Value": (lambda: Value(1.0, name="w"), "'name'; write 'label' here"),
    "a misspelled name of a Value": (lambda: Value(1.0, lable="w"), "did you mean 'label'"),
    "an option of tensors for a Value": (lambda: Value(1.0, requires_grad=True), "it takes data, label"),
    "a graph that stays": (
        lambda: X.sum().backward(retain_graph=True),
        "'retain_graph'; a graph stays .*, leave it out",
    ),
    "a graph that stays, of a Value": (
        lambda: Value(1.0).backward(retain_graph=True),
        "a graph stays .*, leave it out",
    ),
    "a weight": (lambda: X.backward(gradient=np.ones((2, 3))), "'gradient'; write 'cotangent' here"),
    "a weight, of a Value": (lambda: Value(1.0).backward(gradient=1.0), "write 'cotangent' here"),
    "an argument of grad": (lambda: ac.grad(ac.exp, argnum=0), "'argnum'; did you mean 'argnums'"),
    "another argument of grad": (lambda: ac.jacobian(ac.exp, wrt=0), "'wrt'; write 'argnums' here"),
    "an option of gradcheck": (lambda: ac.gradcheck(ac.exp, 1.0, tolerence=1), "did you mean 'tolerance'"),
    "none of vjp": (lambda: ac.vjp(ac.exp, 1.0, quux=1), "'quux'"),
    "a device of a tensor": (lambda: Tensor([1.0], device="cpu"), "no devices here, leave it out"),
}


@pytest.mark.parametrize(("call", "words"), KEYWORDS.values(), ids=KEYWORDS)
def test_a_wrong_keyword_is_answered_with_the_right_one(call, words):
    with pytest.raises(TypeError, match=rf"^\w+\(\) got an unexpected keyword argument .*{words}"):
        call()


def test_an_error_from_within_is_no_matter_of_words():
    with pytest.raises(ac.ShapeError, match="axis"):
        X.max(axis=5)


ATTRIBUTES = {
    "cuda": "there are no devices here",
    "to": r"x.astype\(dtype\) converts",
    "clone": r"write x.copy\(\)",
    "numel": "write x.size",
    "add_": "results are new",
    "requires_grad_": "x.requires_grad = True",
    "grad_fn": "write x.op",
    "mm": "write x @ y",
    "float": r"write x.astype\(np.float32\)",
    "clamp": r"write x.clip\(low, high\)",
    "diff": r"write autograd_core.diff\(x, ...\)",
    "det": r"write autograd_core.linalg.det\(x, ...\)",
}


@pytest.mark.parametrize(("name", "words"), ATTRIBUTES.items())
def test_what_is_elsewhere_a_method_is_answered(name, words):
    for of in (X, Tensor):
        with pytest.raises(AttributeError, match=f"'Tensor' object has no attribute {name!r}; .*{words}"):
            getattr(of, name)
    assert not hasattr(X, name)
    assert name not in dir(X)


def test_what_there_is_is_offered():
    assert {"sum", "shape", "backward", "exp", "reshape"} <= set(dir(X))


def test_a_size_is_a_number_and_says_so():
    with pytest.raises(TypeError, match=r"size is the number of elements here.*x.shape\[0\]"):
        X.view(X.size(0), -1)
    assert (X.size, f"{X.size}", X.size + 1, np.zeros(X.size).shape) == (6, "6", 7, (6,))


def test_the_array_may_be_forced():
    assert X.numpy(force=True) is X.data
