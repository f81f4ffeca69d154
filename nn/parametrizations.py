"""Parameters that are computed from others: a weight whose length is learned apart from its direction, say.

A parametrization is a module that computes a parameter of another module. ``layer.weight`` is then what it
gives, computed and recorded anew whenever it is asked for; what is learned and stored are the originals, at
``layer.parametrizations.weight``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Node, Tensor, no_grad
from autograd_core.errors import DtypeError, ShapeError

from .checks import check_not_negative, check_size, glimpse, is_whole
from .containers import ModuleDict, ModuleList
from .errors import ModuleError
from .functional import normalize
from .layers import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from .module import Module
from .parameter import Parameter
from .randomness import generator_or_default

__all__ = [
    "is_parametrized",
    "register_parametrization",
    "remove_parametrizations",
    "spectral_norm",
    "weight_norm",
]

Array = np.ndarray[Any, np.dtype[Any]]


class ParametrizationList(ModuleList):
    """How a parameter is computed, one parametrization after the other, and from what.

    Attributes:
        original: what the first one takes; ``original0``, ``original1`` ... if it takes several.
    """

    def __init__(self, name: str, original: Parameter, parametrization: Module) -> None:
        super().__init__([parametrization])
        self._of = name
        inverse = getattr(parametrization, "right_inverse", lambda x: x)
        with no_grad():
            parts = inverse(original.detach())
            self.is_tensor = isinstance(parts, Node)
            made = parametrization(parts) if self.is_tensor else parametrization(*parts)
        check_alike(parametrization, made, name, original)
        if self.is_tensor:
            original.data[...] = parts.data
            self.original = original
        else:
            for i, part in enumerate(parts):
                learned = Parameter(part.data, original.requires_grad, is_bias=original.is_bias)
                setattr(self, f"original{i}", learned)
        within = original.label.removesuffix(name) if original.label.endswith(name) else ""
        for place, parameter in self.originals().items():
            parameter.label = f"{within}{self._path}{place}"

    @property
    def _path(self) -> str:
        return f"parametrizations.{self._of}."

    def originals(self) -> dict[str, Any]:
        """What is learned, by name."""
        return {name: value for name, value in self.__dict__.items() if isinstance(value, Tensor)}

    def label(self) -> str:
        """The name that the parameter would have if it were not computed."""
        within, _, _ = next(iter(self.originals().values())).label.rpartition(self._path)
        return f"{within}{self._of}"

    def forward(self) -> Tensor:
        """The parameter as it is computed, by its name."""
        first, *further = self
        x: Tensor = first(*self.originals().values())
        for parametrization in further:
            x = parametrization(x)
        return x.named(self.label())

    def assign(self, value: Any) -> None:
        """Choose the originals so that ``value`` is what is computed from them.

        Raises:
            ModuleError: if a parametrization has no ``right_inverse``.
            ShapeError: if the value has another shape.
        """
        with no_grad():
            x: Any = Tensor(np.asarray(value.data if isinstance(value, Node) else value))
            if x.shape != (shape := self().shape):
                raise ShapeError(f"{self._of!r} has shape {shape} and cannot become {x.shape}")
            for parametrization in reversed(list(self)):
                if not hasattr(parametrization, "right_inverse"):
                    raise ModuleError(
                        f"{self._of!r} is computed by {type(parametrization).__name__}, which has no "
                        f"right_inverse(): change what it is computed from, at {self._path[:-1]}, or call "
                        "nn.remove_parametrizations() first"
                    )
                x = parametrization.right_inverse(x)
        for original, part in zip(self.originals().values(), [x] if self.is_tensor else x, strict=True):
            original.data[...] = part.data


def check_alike(parametrization: Module, made: Any, name: str, wanted: Tensor) -> None:
    """What is computed has the shape and the dtype of what it stands for.

    Raises:
        DtypeError: for another dtype, or something that is no tensor.
        ShapeError: for another shape.
    """
    kind = type(parametrization).__name__
    if not isinstance(made, Tensor):
        raise DtypeError(f"{kind} computes {name!r}: it has to give a Tensor, it gives {glimpse(made)}")
    if made.shape != wanted.shape:
        raise ShapeError(f"{kind} computes {name!r} of shape {wanted.shape}, but gives shape {made.shape}")
    if made.dtype != wanted.dtype:
        raise DtypeError(f"{kind} computes {name!r} of dtype {wanted.dtype}, but gives {made.dtype}")


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a parameter of the module, or any of them, is computed from others.

    >>> import nn
    >>> layer = nn.weight_norm(nn.Linear(2, 1))
    >>> nn.is_parametrized(layer, "weight"), nn.is_parametrized(layer, "bias"), nn.is_parametrized(layer)
    (True, False, True)
    """
    if tensor_name is None:
        return isinstance(module.__dict__.get("parametrizations"), ModuleDict)
    return module._parametrization(tensor_name) is not None


def register_parametrization(module: Module, tensor_name: str, parametrization: Module) -> Module:
    """Compute a parameter of a module by another module, which takes what is learned; returns the first.

    Args:
        module: whose parameter.
        tensor_name: its name, ``"weight"``. Registered again, the next parametrization takes what the one
            before gives.
        parametrization: its ``forward`` gives the parameter, in its shape and dtype. A method
            ``right_inverse(tensor)`` gives what ``forward`` needs for a wanted result, a tensor or several:
            now, and when ``module.weight`` is assigned to. Without it ``forward`` takes the parameter as it
            was.

    Where ``forward`` takes several tensors, they are new parameters: make the optimiser afterwards.

    Raises:
        MissingPartError: if the module has no such parameter.
        DtypeError: for what is no module, or computes another dtype.
        ShapeError: if another shape is computed.

    >>> import nn
    >>> class Symmetric(nn.Module):
    ...     def forward(self, x):
    ...         return (x + x.T) * 0.5
    >>> layer = nn.register_parametrization(nn.Linear(2, 2), "weight", Symmetric())
    >>> bool(layer.weight[0, 1] == layer.weight[1, 0]), list(layer.state_dict())
    (True, ['bias', 'parametrizations.weight.original'])
    """
    for what in (module, parametrization):
        if not isinstance(what, Module):
            raise DtypeError(f"register_parametrization(): needs modules, got {glimpse(what)}")
    parametrization.train(module.training)
    made = module._parametrization(tensor_name)
    if made is not None:
        with no_grad():
            now = made()
            check_alike(parametrization, parametrization(now), tensor_name, now)
        made.append(parametrization)
        return module
    original = module._part("parameter", Parameter, tensor_name, tensor_name, "")
    made = ParametrizationList(tensor_name, original, parametrization).train(module.training)
    if not is_parametrized(module):
        module.parametrizations = ModuleDict()
    module.__dict__["parametrizations"][tensor_name] = made
    delattr(module, tensor_name)
    return module


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Make a computed parameter an ordinary one again; returns the module.

    Args:
        module: whose parameter.
        tensor_name: its name.
        leave_parametrized: the parameter keeps the numbers that are computed now; False gives back the
            original, if it is one tensor.

    A parameter that was computed from one tensor is that tensor again, so an optimiser goes on with it; one
    that was computed from several is new.

    Raises:
        ModuleError: if the parameter is not computed, or its originals are several and wanted back.

    >>> import nn
    >>> layer = nn.weight_norm(nn.Linear(2, 1))
    >>> list(nn.remove_parametrizations(layer, "weight").state_dict())
    ['bias', 'weight']
    """
    made = module._parametrization(tensor_name)
    if made is None:
        raise ModuleError(f"remove_parametrizations(): {tensor_name!r} of {module!r} is not parametrized")
    if not made.is_tensor and not leave_parametrized:
        raise ModuleError(
            f"remove_parametrizations(leave_parametrized=False): {tensor_name!r} is computed from several "
            f"tensors ({', '.join(made.originals())}), none of which could stand for it"
        )
    originals, label = list(made.originals().values()), made.label()
    if leave_parametrized:
        with no_grad():
            now = made().data
    if made.is_tensor:
        parameter = originals[0]
        if leave_parametrized:
            parameter.data[...] = now
    else:
        learned = any(original.requires_grad for original in originals)
        parameter = Parameter(now, learned, is_bias=originals[0].is_bias)
    parameter.label = label
    held = module.__dict__["parametrizations"]
    del held[tensor_name]
    if not held:
        delattr(module, "parametrizations")
    setattr(module, tensor_name, parameter)
    return module


class WeightNorm(Module):
    """g v / ‖v‖."""

    def __init__(self, axes: tuple[int, ...] | None) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, g: Tensor, v: Tensor) -> Tensor:
        return v * (g / self._length(v))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Length and direction of a weight."""
        return self._length(weight), weight

    def _length(self, v: Tensor) -> Tensor:
        return v.square().sum(axis=self.axes, keepdims=self.axes is not None).sqrt()


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """w = g v / ‖v‖: the length g of a weight is learned apart from its direction v; returns the module.

    It computes the weight by a parametrization: ``parametrizations.weight.original0`` is g and ``original1``
    is v. They are new parameters, so the optimiser is made afterwards.

    Args:
        module: whose weight.
        name: that of the weight.
        dim: along this axis every part has a length of its own, the default for each output. None, and as in
            PyTorch -1, is one length for all.

    Raises:
        MissingPartError: if the module has no such parameter.
        ShapeError: if the weight has no such axis.

    Source: Salimans and Kingma (2016), "Weight normalization: a simple reparameterization to accelerate
    training of deep neural networks".

    >>> import nn
    >>> layer = nn.weight_norm(nn.Linear(2, 1))
    >>> layer.weight = [[3.0, 4.0]]
    >>> layer.parametrizations.weight.original0, layer.weight
    (Parameter([[5.]], requires_grad=True, label='parametrizations.weight.original0'), \
Tensor([[3., 4.]], op=multiply, label='weight'))
    """
    ndim = _checked_axis("weight_norm()", module, name, dim)
    axes = None if dim in (None, -1) else tuple(axis for axis in range(ndim) if axis != (dim or 0) % ndim)
    return register_parametrization(module, name, WeightNorm(axes))


class SpectralNorm(Module):
    """W / σ(W), with the largest singular value σ as power iteration has found it so far."""

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int, eps: float, dim: int, generator: Any) -> None:
        super().__init__()
        self.n_power_iterations, self.eps, self.dim = n_power_iterations, eps, dim
        if weight.ndim > 1:
            draw = generator_or_default(generator)
            matrix = self._as_matrix(weight).data
            for name, length in zip(("_u", "_v"), matrix.shape, strict=True):
                self.register_buffer(name, self._unit(draw.standard_normal(length).astype(matrix.dtype)))
            self._iterate(matrix, 15)

    def forward(self, weight: Tensor) -> Tensor:
        if weight.ndim == 1:  # its only singular value is its length
            return normalize(weight, dim=0, eps=self.eps)
        matrix = self._as_matrix(weight)
        if self.training:
            self._iterate(matrix.data, self.n_power_iterations)
        return weight / (self._u @ (matrix @ self._v))

    def right_inverse(self, weight: Tensor) -> Tensor:
        """The weight itself; it is divided by its singular value when it is used."""
        return weight

    def _iterate(self, matrix: Array, times: int) -> None:
        """u = W v / ‖W v‖, v = Wᵀ u / ‖Wᵀ u‖, in arrays of their own: a graph may hold the ones before."""
        v = self._v.data
        for _ in range(times):
            u = self._unit(matrix @ v)
            v = self._unit(matrix.T @ u)
        self._u, self._v = Tensor(u), Tensor(v)

    def _unit(self, x: Array) -> Array:
        length = np.sqrt(x @ x)
        shortest = x.dtype.type(self.eps)
        return np.asarray(x / np.maximum(length, shortest))

    def _as_matrix(self, weight: Tensor) -> Tensor:
        """A row for each output."""
        if self.dim:
            weight = weight.permute(self.dim, *(axis for axis in range(weight.ndim) if axis != self.dim))
        return weight.flatten(1)


def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
    *,
    generator: np.random.Generator | None = None,
) -> Module:
    """W / σ(W): a weight whose largest singular value is 1, so that the layer stretches nothing by more than
    that; returns the module.

    It computes the weight by a parametrization: ``parametrizations.weight.original`` is W. σ = uᵀ W v is
    found by power iteration, which goes a step further whenever the weight is asked for in training mode; u
    and v are the buffers ``parametrizations.weight.0._u`` and ``_v``, and constants to the gradient. A vector
    is divided by its length.

    Args:
        module: whose weight.
        name: that of the weight.
        n_power_iterations: how many steps at a time.
        eps: what stands in for the length of a vector that is shorter.
        dim: the axis of the outputs; the others together are the columns of W. 0 when None, 1 for transposed
            convolutions.
        generator: draws where power iteration begins; the common one (:func:`nn.seed`) when None.

    Raises:
        MissingPartError: if the module has no such parameter.
        ShapeError: if the weight has no such axis, or no step is to be taken.
        DomainError: if ``eps`` is negative.

    Source: Miyato, Kataoka, Koyama and Yoshida (2018), "Spectral normalization for generative adversarial
    networks".

    >>> import nn
    >>> layer = nn.spectral_norm(nn.Linear(3, 2), n_power_iterations=20)
    >>> bool(np.isclose(np.linalg.norm(layer.weight.data, 2), 1.0, rtol=0.01))
    True
    """
    owner = "spectral_norm()"
    transposed = isinstance(module, ConvTranspose1d | ConvTranspose2d | ConvTranspose3d)
    dim = (1 if transposed else 0) if dim is None else dim
    ndim = _checked_axis(owner, module, name, dim)
    check_size(owner, n_power_iterations=n_power_iterations)
    check_not_negative(owner, eps=eps)
    weight = getattr(module, name)
    made = SpectralNorm(weight, n_power_iterations, eps, dim % ndim, generator)
    return register_parametrization(module, name, made)


def _checked_axis(owner: str, module: Module, name: str, dim: int | None) -> int:
    """How many axes a parameter has, one of which is ``dim``."""
    if not isinstance(module, Module):
        raise DtypeError(f"{owner}: needs a module, got {glimpse(module)}")
    if module._parametrization(name) is None:
        module._part("parameter", Parameter, name, name, "")
    shape = getattr(module, name).shape
    if dim is not None and not (is_whole(dim) and -len(shape) <= dim < len(shape)):
        raise ShapeError(f"{owner}: {name!r} of shape {shape} has no axis `dim` (={dim!r})")
    return len(shape)
