"""Layers and functions with options drawn at random, on inputs as they come: the numbers and gradients are PyTorch's.

What PyTorch refuses is refused by one of this library's errors, too, or has a meaning here. ``FUZZ_EXAMPLES`` says how
many calls are made, ``FUZZ_SEED`` which; a failure prints the shortest program found that repeats it.
"""

from __future__ import annotations

import math
import random
import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor
from autograd_core.errors import AutogradError
from tests.fuzzing import amount_and_seed
from tests.nn.operands import coarse, wave

CALLS, SEED = amount_and_seed(200)

# Each is a piece of a program, so that a failure can be repeated.
LAYOUTS = {
    "as it is": "{x}",
    "columns first": "np.array({x}, order='F')",
    "every other": "np.repeat({x}[..., None], 2, -1)[..., 0]",
    "single": "{x}.astype(np.float32)",
    "large": "{x} * 40",
    "small": "{x} * 1e-6",
    "ties": "np.round({x})",
    "zeros": "{x} * 0",
    "with NaN": "np.where(np.arange({x}.size).reshape({x}.shape) == 1, np.nan, {x})",
    "with an infinity": "np.where(np.arange({x}.size).reshape({x}.shape) == 1, np.inf, {x})",
}


ALL = list(LAYOUTS.values())
FINITE = [layout for name, layout in LAYOUTS.items() if not name.startswith("with")]


class Call(NamedTuple):
    """``function(*operands, **options)`` with operands and options as they are written in a program."""

    function: str
    operands: dict[str, str]
    options: dict[str, str]

    def text(self) -> str:
        given = [*self.operands, *(f"{name}={value}" for name, value in self.options.items())]
        if self.function.startswith("F."):
            return f"{self.function}({', '.join(given)})"
        return (
            f"filled({self.function}({', '.join(given[len(self.operands) :])}))({', '.join(self.operands)})"
        )

    def program(self) -> str:
        lines = [f"{name} = {value}" for name, value in self.operands.items()]
        return "\n".join([*lines, self.text(), f"(FUZZ_SEED={SEED})"])


class Draw(random.Random):
    """What calls are made of."""

    def shape(self, least: int = 0, most: int = 4) -> tuple[int, ...]:
        return tuple(self.choice((1, 2, 3, 3, 4, 0)) for _ in range(self.randint(least, most)))

    def options(self, **choices: tuple[str, ...]) -> dict[str, str]:
        """Some of the options, each with one of its values."""
        return {name: self.choice(values) for name, values in choices.items() if self.random() < 0.5}

    def array(self, shape: tuple[int, ...], form: str = "wave{shape}", layouts: Any = ALL) -> str:
        layout = self.choice(layouts) if self.random() < 0.3 else "{x}"
        return layout.format(x=form.format(shape=shape if shape else "()"))

    def sizes(self, n: int, choices: tuple[int, ...]) -> str:
        """One number for all axes, or one for each."""
        return repr(self.choice((self.choice(choices), tuple(self.choice(choices) for _ in range(n)))))


def tupled(sizes: str, n: int) -> tuple[int, ...]:
    found = eval(sizes)
    return found if isinstance(found, tuple) else (found,) * n


ELEMENTWISE = {
    "celu": {"alpha": ("0.5", "2.0", "1")}, "elu": {"alpha": ("0.5", "2.0", "-1.0")}, "gelu": {"approximate": ("'tanh'", "'none'")},
    "hardshrink": {"lambd": ("0.0", "1.0")}, "hardsigmoid": {}, "hardswish": {},
    "hardtanh": {"min_val": ("-0.5", "0.0", "-2"), "max_val": ("0.5", "1", "3.0")}, "leaky_relu": {"negative_slope": ("0.2", "-0.5", "0", "2.0")},
    "logsigmoid": {}, "mish": {}, "relu": {}, "relu6": {}, "rrelu": {}, "selu": {}, "sigmoid": {}, "silu": {},
    "softplus": {"beta": ("2.0", "0.5", "1"), "threshold": ("1.0", "20", "5")}, "softshrink": {"lambd": ("0.0", "1.0")}, "softsign": {},
    "tanh": {}, "tanhshrink": {},
}  # fmt: skip


def elementwise(draw: Draw) -> Call:
    name = draw.choice(list(ELEMENTWISE))
    return Call(f"F.{name}", {"x": draw.array(draw.shape())}, draw.options(**ELEMENTWISE[name]))


def along_an_axis(draw: Draw) -> Call:
    shape = draw.shape(1)
    axis = str(draw.randrange(-len(shape), len(shape)))
    name = draw.choice(
        ("softmax", "log_softmax", "softmin", "glu", "normalize", "cosine_similarity", "pairwise_distance")
    )
    operands, options = {"x": draw.array(shape)}, {"dim": axis}
    if name in ("cosine_similarity", "pairwise_distance"):
        operands["y"] = draw.array(shape, "wave{shape}[::-1]")
    if name == "pairwise_distance":
        options = draw.options(
            p=("1.0", "2.0", "3.0", "float('inf')"), eps=("0.0", "1e-3"), keepdim=("True",)
        )
    elif name == "normalize":
        options |= draw.options(p=("1.0", "2.0", "3.0"), eps=("1e-3",))
    return Call(f"F.{name}", operands, options)


def batch(draw: Draw) -> tuple[int, ...]:
    return draw.choice(((), (1,), (2,), (2,), (0,)))


def convolution(draw: Draw) -> Call:
    n, turned = draw.randint(1, 3), draw.random() < 0.4
    groups, per_in, per_out = draw.choice((1, 1, 1, 2, 3)), draw.choice((1, 2)), draw.choice((1, 2))
    kernel = tuple(draw.choice((1, 2, 3)) for _ in range(n))
    image = (*batch(draw), groups * per_in, *(draw.choice((1, 2, 4, 5, 6)) for _ in range(n)))
    weight = (groups * (per_in if turned else per_out), per_out if turned else per_in, *kernel)
    operands = {
        "x": draw.array(image),
        "w": draw.array(weight, layouts=FINITE),
    }  # which zeros may be multiplied with
    if draw.random() < 0.5:
        operands["b"] = draw.array((groups * per_out,))
    options = {"groups": str(groups)} if groups > 1 else {}
    options |= draw.options(
        stride=(draw.sizes(n, (1, 2, 3)),),
        padding=(draw.sizes(n, (0, 1, 2)),),
        dilation=(draw.sizes(n, (1, 2)),),
    )
    if turned:
        options |= draw.options(output_padding=(draw.sizes(n, (0, 1)),))
    elif draw.random() < 0.2:
        options["padding"] = draw.choice(("'same'", "'valid'"))
    if "b" not in operands:
        options = {"bias": "None", **options}
    return Call(f"F.conv{'_transpose' * turned}{n}d", operands, options)


def pooling(draw: Draw) -> Call:
    n, kind = (
        draw.randint(1, 3),
        draw.choice(("max", "max", "avg", "avg", "lp", "adaptive_avg", "adaptive_max")),
    )
    x = draw.array((*batch(draw), draw.choice((1, 2, 3)), *(draw.choice((1, 2, 4, 5, 6)) for _ in range(n))))
    if kind.startswith("adaptive"):
        return Call(f"F.{kind}_pool{n}d", {"x": x}, {"output_size": draw.sizes(n, (1, 2, 3, 5))})
    options = {"norm_type": draw.choice(("1.0", "2.0", "3.0"))} if kind == "lp" else {}
    options |= {
        "kernel_size": draw.sizes(n, (1, 2, 3)),
        **draw.options(stride=(draw.sizes(n, (1, 2, 3)),), ceil_mode=("True",)),
    }
    if kind != "lp":
        options |= draw.options(padding=(draw.sizes(n, (0, 1)),))
    if kind == "max":
        options |= draw.options(dilation=(draw.sizes(n, (1, 2)),))
    if kind == "avg":
        options |= draw.options(
            count_include_pad=("False",), **({"divisor_override": ("3",)} if n > 1 else {})
        )
    return Call(f"F.{kind}_pool{n}d", {"x": x}, options)


def normalization(draw: Draw) -> Call:
    name = draw.choice(
        ("layer_norm", "rms_norm", "group_norm", "batch_norm", "instance_norm", "local_response_norm")
    )
    channels = draw.choice((1, 2, 4))
    shape = (draw.choice((1, 2, 3, 0)), channels, *draw.shape(1, 3))
    operands, options = {"x": draw.array(shape)}, draw.options(eps=("1e-3", "0.1"))
    if name in ("layer_norm", "rms_norm"):
        last = shape[-draw.randint(1, len(shape)) :]
        options["normalized_shape"] = repr(last)
        affine = last
    else:
        affine = (channels,)
    if name == "local_response_norm":
        return Call(
            "F." + name,
            operands,
            {"size": draw.choice("1235"), **draw.options(alpha=("0.5",), beta=("0.5", "2.0"), k=("2.0",))},
        )
    if name == "group_norm":
        options["num_groups"] = repr(draw.choice([n for n in (1, 2, 4) if channels % n == 0]))
    if name == "batch_norm":
        options |= {"running_mean": "None", "running_var": "None", "training": "True"}
    for key in ("weight", "bias")[: 1 if name == "rms_norm" else 2]:
        if draw.random() < 0.5:
            options[key] = f"of({draw.array(affine)})"
    return Call("F." + name, operands, options)


def shapes(draw: Draw) -> Call:
    name = draw.choice(
        ("pad", "interpolate", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle", "unfold", "fold")
    )
    if name == "pad":
        n, mode = draw.randint(1, 3), draw.choice(("constant", "reflect", "replicate", "circular"))
        shape = (2, *(draw.choice((2, 3, 4)) for _ in range(n + 1)))
        widths = (
            (0, 1, 2) if mode == "circular" else (0, 1, 2, 1, -1)
        )  # PyTorch reads beyond what was cut off
        width = repr(tuple(draw.choice(widths) for _ in range(2 * n)))
        value = draw.options(value=("1.5", "-1.0")) if mode == "constant" else {}
        return Call("F.pad", {"x": draw.array(shape)}, {"pad": width, "mode": repr(mode), **value})
    if name == "interpolate":
        n = draw.randint(1, 3)
        mode = draw.choice(
            (
                "nearest",
                "nearest-exact",
                "area",
                {1: "linear", 2: "bilinear", 3: "trilinear"}[n],
                *(["bicubic"] * (n == 2)),
            )
        )
        shape = (draw.choice((1, 2)), draw.choice((1, 2)), *(draw.choice((1, 2, 3, 5)) for _ in range(n)))
        to = (
            {"size": draw.sizes(n, (1, 2, 4, 7))}
            if draw.random() < 0.5
            else {"scale_factor": draw.choice(("2.0", "0.5", "1.7", "3", "0.7"))}
        )
        if "linear" in mode or mode == "bicubic":
            to |= draw.options(align_corners=("True", "False"))
        return Call("F.interpolate", {"x": draw.array(shape)}, {**to, "mode": repr(mode)})
    factor = draw.choice((1, 2, 3))
    side = (draw.choice((1, 2, 3)), draw.choice((1, 2, 3)))
    if name == "pixel_shuffle":
        return Call(
            "F." + name,
            {"x": draw.array((*batch(draw), factor**2 * draw.choice((1, 2)), *side))},
            {"upscale_factor": str(factor)},
        )
    if name == "pixel_unshuffle":
        return Call(
            "F." + name,
            {"x": draw.array((*batch(draw), 2, *(factor * s for s in side)))},
            {"downscale_factor": str(factor)},
        )
    if name == "channel_shuffle":
        return Call("F." + name, {"x": draw.array((2, factor * 2, *side))}, {"groups": str(factor)})
    window = {
        "kernel_size": draw.sizes(2, (1, 2, 3)),
        **draw.options(
            dilation=(draw.sizes(2, (1, 2)),),
            padding=(draw.sizes(2, (0, 1)),),
            stride=(draw.sizes(2, (1, 2)),),
        ),
    }
    size = (draw.choice((3, 5, 6)), draw.choice((3, 5, 6)))
    if name == "unfold":
        return Call("F." + name, {"x": draw.array((*batch(draw), 2, *size))}, window)
    kernel, dilation, padding, stride = (tupled(window.get(k, d), 2) for k, d in
                                         (("kernel_size", ""), ("dilation", "1"), ("padding", "0"), ("stride", "1")))  # fmt: skip
    places = [
        (s + 2 * p - d * (k - 1) - 1) // t + 1
        for s, k, d, p, t in zip(size, kernel, dilation, padding, stride, strict=True)
    ]
    columns = (*batch(draw), 2 * math.prod(kernel), math.prod(max(n, 1) for n in places))
    return Call("F." + name, {"x": draw.array(columns)}, {"output_size": repr(size), **window})


LOSSES = {  # the form of the target, and the options
    "mse_loss": ("coarse{shape}", {}), "l1_loss": ("coarse{shape}", {}), "smooth_l1_loss": ("coarse{shape}", {"beta": ("0.5", "2.0", "0.0")}),
    "huber_loss": ("coarse{shape}", {"delta": ("0.5", "2.0")}), "soft_margin_loss": ("np.sign(coarse{shape} + 0.5)", {}),
    "hinge_embedding_loss": ("np.sign(coarse{shape} + 0.5)", {"margin": ("0.5", "2.0")}),
    "binary_cross_entropy_with_logits": ("(wave{shape} > 0) * 1.0", {"weight": ("of(np.abs(wave{shape}))",), "pos_weight": ("of(np.abs(coarse{shape}))",)}),
    "kl_div": ("np.abs(wave{shape})", {"log_target": ("True",)}), "poisson_nll_loss": ("np.abs(coarse{shape})", {"full": ("True",), "eps": ("1e-3",)}),
}  # fmt: skip
REDUCTIONS = ("'none'", "'sum'", "'mean'")


def loss(draw: Draw) -> Call:
    name, shape = draw.choice(list(LOSSES)), draw.shape()
    target, options = LOSSES[name]
    given = draw.options(
        **{key: tuple(v.format(shape=shape or "()") for v in values) for key, values in options.items()}
    )
    operands = {"x": draw.array(shape), "t": f"constant({target.format(shape=shape or '()')})"}
    return Call(f"F.{name}", operands, given | draw.options(reduction=REDUCTIONS))


def loss_of_classes(draw: Draw) -> Call:
    name = draw.choice(
        ("cross_entropy", "cross_entropy", "nll_loss", "multi_margin_loss", "multilabel_soft_margin_loss")
    )
    classes, rows = draw.choice((1, 2, 3, 5)), draw.choice((1, 2, 4, 0))
    more = draw.shape(0, 2) if name in ("cross_entropy", "nll_loss") else ()
    x = draw.array((rows, classes, *more))
    reduction = draw.options(reduction=REDUCTIONS)
    weight = draw.options(weight=(f"of(np.abs(wave({classes})))",))
    if name == "multilabel_soft_margin_loss":
        return Call(
            "F." + name, {"x": x, "t": f"constant((wave{(rows, classes)} > 0) * 1.0)"}, weight | reduction
        )
    target = f"constant(np.arange({rows * math.prod(more)}).reshape({(rows, *more)}) * 7 % {classes})"
    if name == "multi_margin_loss":
        return Call(
            "F." + name,
            {"x": x, "t": target},
            draw.options(p=("1", "2"), margin=("0.5",)) | weight | reduction,
        )
    options = weight | reduction
    if name == "cross_entropy":
        options |= draw.options(label_smoothing=("0.1", "0.5"))
        if draw.random() < 0.2:
            target = f"constant(np.abs(wave{(rows, classes, *more)}))"
            return Call("F." + name, {"x": x, "t": target}, options)
    return Call("F." + name, {"x": x, "t": target}, options | draw.options(ignore_index=("0", "1")))


def loss_of_several(draw: Draw) -> Call:
    name = draw.choice(
        ("cosine_embedding_loss", "margin_ranking_loss", "triplet_margin_loss", "gaussian_nll_loss")
    )
    rows = draw.choice((1, 2, 3))
    shape = (rows,) if name == "margin_ranking_loss" else (rows, draw.choice((1, 2, 4)))
    x, y, reduction = (
        draw.array(shape),
        draw.array(shape, "wave{shape}[::-1]"),
        draw.options(reduction=REDUCTIONS),
    )
    if name == "gaussian_nll_loss":
        var = f"np.abs(wave{shape}) + 0.1"
        return Call(
            "F." + name,
            {"x": x, "y": y, "var": var},
            reduction | draw.options(full=("True",), eps=("1e-3", "0.5")),
        )
    margin = draw.options(margin=("0.0", "0.5"))
    if name == "triplet_margin_loss":
        options = draw.options(p=("1.0", "2.0", "3.0"), swap=("True",), eps=("1e-3",))
        return Call(
            "F." + name,
            {"x": x, "y": y, "z": draw.array(shape, "coarse{shape}")},
            margin | options | reduction,
        )
    return Call(
        "F." + name, {"x": x, "y": y, "t": f"constant(np.sign(coarse({rows}) + 0.5))"}, margin | reduction
    )


def linear(draw: Draw) -> Call:
    before, inside, after = draw.shape(0, 3), draw.choice((1, 2, 4)), draw.choice((1, 3))
    name = draw.choice(("linear", "bilinear", "embedding", "prelu"))
    bias = {"b": draw.array((after,))} if draw.random() < 0.5 else {}
    if name == "linear":
        return Call(
            "F.linear", {"x": draw.array((*before, inside)), "w": draw.array((after, inside)), **bias}, {}
        )
    if name == "bilinear":
        x, y, w = draw.array((*before, inside)), draw.array((*before, 2)), draw.array((after, inside, 2))
        return Call("F.bilinear", {"x": x, "y": y, "w": w, **bias}, {})
    if name == "prelu":
        channels = draw.choice((1, 2))
        return Call(
            "F.prelu",
            {"x": draw.array((2, 2, *draw.shape(0, 2))), "w": draw.array((channels,), layouts=FINITE)},
            {},
        )
    index = f"constant(np.arange({math.prod(before)}).reshape({before or '()'}) * 5 % 3)"
    return Call(
        "F.embedding", {"t": index, "w": draw.array((3, inside))}, draw.options(padding_idx=("0", "-1"))
    )


def layer(draw: Draw) -> Call:
    n = draw.randint(1, 3)
    image = (draw.choice((1, 2)), 4, *(draw.choice((3, 4, 5)) for _ in range(n)))
    modes = ("'zeros'", "'reflect'", "'replicate'", "'circular'")
    windows = draw.options(
        stride=(draw.sizes(n, (1, 2)),),
        padding=(draw.sizes(n, (0, 1)),),
        dilation=(draw.sizes(n, (1, 2)),),
        bias=("False",),
    )
    affine = draw.options(affine=("False",), eps=("1e-3",))
    function, options = draw.choice((
        (f"nn.Conv{n}d", {"in_channels": "4", "out_channels": "2", "kernel_size": draw.sizes(n, (1, 2, 3)), **windows,
                          **draw.options(groups=("2",), padding_mode=modes)}),
        (f"nn.ConvTranspose{n}d", {"in_channels": "4", "out_channels": "2", "kernel_size": draw.sizes(n, (1, 2, 3)), **windows}),
        (f"nn.BatchNorm{n}d", {"num_features": "4", **affine, **draw.options(track_running_stats=("False",), momentum=("None", "0.5"))}),
        (f"nn.InstanceNorm{n}d", {"num_features": "4", **draw.options(affine=("True",), track_running_stats=("True",))}),
        ("nn.GroupNorm", {"num_groups": draw.choice("124"), "num_channels": "4", **affine}),
        ("nn.PReLU", {"num_parameters": draw.choice("14")}),
        ("nn.Linear", {"in_features": str(image[-1]), "out_features": "2", **draw.options(bias=("False",))}),
        ("nn.LayerNorm", {"normalized_shape": repr(image[-1:]), **draw.options(elementwise_affine=("False",), bias=("False",))}),
        ("nn.Flatten", draw.options(start_dim=("0", "1", "2"), end_dim=("-1", "-2", "1"))),
    ))  # fmt: skip
    return Call(function, {"x": draw.array(image)}, options)


FAMILIES = (elementwise, along_an_axis, convolution, pooling, normalization, shapes, loss, loss_of_classes,
            loss_of_several, linear, layer)  # fmt: skip

IN_SINGLE = ("F.cosine_embedding_loss", "F.hardsigmoid", "F.hardswish")
"""Where PyTorch itself rounds its constants to single precision."""
REFUSED = {"F.group_norm": "is one value", "nn.GroupNorm": "is one value"}
"""What PyTorch computes, but no one can mean."""


# -- carried out by either library -----------------------------------------------------------------------------


def native(x: Any) -> np.ndarray:
    return np.array(x, order="C")


def here(call: Call) -> dict[str, Any]:
    """Output and gradients, or the error."""

    def filled(module):
        module.load_state_dict(
            {key: wave(*np.shape(x), phase=1.5) for key, x in module.state_dict().items() if np.ndim(x)},
            strict=False,
        )
        kept.extend(module.named_parameters())
        return module

    kept: list[Any] = []
    names = {
        "np": np,
        "wave": wave,
        "coarse": coarse,
        "F": F,
        "nn": nn,
        "filled": filled,
        "constant": native,
        "of": native,
    }
    try:
        inputs = {name: eval(value, names) for name, value in call.operands.items()}
        nodes = {
            name: x if "constant" in call.operands[name] else Tensor(x, requires_grad=True)
            for name, x in inputs.items()
        }
        output = eval(call.text(), names | nodes)
        output.backward(wave(*output.shape, phase=0.5).astype(output.dtype))
        asked = [(name, node) for name, node in nodes.items() if isinstance(node, Tensor)] + kept
        return {"output": output.data} | {name: node.grad for name, node in asked}
    except Exception as error:
        return {"error": error}


def there(call: Call) -> dict[str, Any]:
    import torch

    def filled(module):
        state = module.double().state_dict()
        module.load_state_dict(
            {key: torch.tensor(wave(*x.shape, phase=1.5)) for key, x in state.items() if x.ndim}, strict=False
        )
        kept.extend(module.named_parameters())
        return module

    def constant(x):
        return torch.tensor(native(x))

    kept: list[Any] = []
    names = {"np": np, "wave": wave, "coarse": coarse, "F": torch.nn.functional, "nn": torch.nn, "filled": filled,
             "constant": constant, "of": constant}  # fmt: skip
    try:
        inputs = {name: eval(value, names) for name, value in call.operands.items()}
        nodes = {
            name: x if torch.is_tensor(x) else torch.tensor(native(x), requires_grad=True)
            for name, x in inputs.items()
        }
        output = eval(call.text(), names | nodes)
        output.backward(torch.tensor(wave(*output.shape, phase=0.5), dtype=output.dtype))
        asked = [(name, node) for name, node in nodes.items() if node.requires_grad] + kept
        return {"output": output.detach().numpy()} | {
            name: None if node.grad is None else node.grad.numpy() for name, node in asked
        }
    except Exception as error:
        return {"error": error}


def fault(call: Call) -> str | None:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = here(call)
        if _beyond_memory(call, found):
            return None
        wanted = there(call)
    if "error" in found:
        told = isinstance(found["error"], AutogradError)
        if told and ("error" in wanted or _of_nothing(call, wanted["output"])):
            return None
        if told and REFUSED.get(call.function, "-") in str(found["error"]):
            return None
        return f"{found['error']!r}, where PyTorch has {wanted.get('error', wanted.get('output'))!r}"
    if "error" in wanted:
        return None  # what is more than PyTorch can is not judged here
    rounding = 1e-4 if "float32" in call.program() else 1e-7 if call.function in IN_SINGLE else 1e-9
    output = wanted.pop("output")
    if "np.nan" in call.program() and np.any(np.isnan(found["output"])):
        return None  # PyTorch may choose so that it is not seen
    problem = _differs("output", found["output"], output, rounding)
    if problem or not np.all(np.isfinite(output)):
        return problem
    problems = (_differs(name, found[name], slope, rounding) for name, slope in wanted.items())
    problem = next(filter(None, problems), None)
    return problem if problem and not _nearer(call, found, wanted) else None


def _nearer(call: Call, found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether single precision has lost so much that PyTorch's gradients are off, and these no more."""
    if "float32" not in call.program() or "constant" in call.program():
        return False
    exact = there(
        call._replace(operands={name: f"({x}).astype(np.float64)" for name, x in call.operands.items()})
    )
    ours, theirs = (
        {name: np.abs(slopes[name] - exact[name]).max(initial=0.0) for name in wanted}
        for slopes in (found, wanted)
    )
    return all(ours[name] <= max(theirs[name], 1e-6) for name in wanted)


def _beyond_memory(call: Call, found: dict[str, Any]) -> bool:
    """Whether PyTorch reads, or writes, memory that is not its own, and may end the program."""
    if "max_pool" in call.function:  # it writes to where it has found nothing
        error = found.get("error")
        return isinstance(error, AutogradError) and "sees nothing but the margin" in str(error)
    if call.function == "F.pad":
        return "error" not in found and not np.size(found["output"])
    return call.function == "F.multi_margin_loss" and any(0 in np.shape(x) for x in _arrays(call))


def _of_nothing(call: Call, output: np.ndarray) -> bool:
    """Whether there is nothing to compute with, which is refused here."""
    return not np.all(np.isfinite(output)) or any(0 in np.shape(x) for x in _arrays(call))


def _arrays(call: Call) -> list[np.ndarray]:
    names = {"np": np, "wave": wave, "coarse": coarse, "constant": native}
    return [eval(value, names) for value in call.operands.values()]


def _differs(name: str, ours: Any, theirs: Any, rounding: float) -> str | None:
    """What is wrong with a number; no gradient is one of zeros, and where PyTorch loses itself anything is right."""
    if ours is None or theirs is None:
        return f"{name} has no gradient here or there" if np.any(ours) or np.any(theirs) else None
    if ours.shape != theirs.shape:
        return f"{name} has the shape {ours.shape}, where PyTorch has {theirs.shape}"
    scale = rounding * max(1.0, float(np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)))
    same = np.isclose(ours, theirs, rtol=0, atol=scale, equal_nan=True) | np.isnan(theirs)
    return None if np.all(same) else f"{name} is {ours.tolist()}, where PyTorch has {theirs.tolist()}"


def shortest(call: Call) -> Call:
    """The call without the options that its fault does not need."""
    refused = "error" in there(call)
    for option in list(call.options):
        shorter = call._replace(options={k: v for k, v in call.options.items() if k != option})
        call = shorter if ("error" in there(shorter)) == refused and fault(shorter) else call
    return call


@pytest.mark.peers
def test_layers_and_functions_are_pytorchs_or_refused_by_name():
    pytest.importorskip("torch")
    print(f"FUZZ_SEED={SEED}")
    for number in range(CALLS):
        draw = Draw(f"{SEED} {number}")
        call = draw.choice(FAMILIES)(draw)
        found = fault(call)
        assert found is None, f"{found}\n{shortest(call).program()}"
