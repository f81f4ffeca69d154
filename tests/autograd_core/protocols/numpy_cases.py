"""What NumPy's functions are asked to do: each case is NumPy's own call, made on arrays and on tensors.

``X`` stands for a matrix, ``V`` for a row of numbers, ``S`` for a square matrix, ``P`` for positive numbers;
a case takes as many of them as it names.
"""

from __future__ import annotations

import numpy as np

MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, True]])
MISSING = np.array([[0.0, np.nan, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [np.nan, 0.0, 0.0, 0.0]])
WEIGHTS = np.array([[1.0, 2.0, 0.5, 1.5], [2.0, 1.0, 1.0, 0.5], [1.0, 0.5, 2.0, 1.0]])


def wave(*shape, phase=0.0):
    """Numbers between -2 and 2 without a pattern and without ties, the same everywhere."""
    n = np.arange(int(np.prod(shape, dtype=int)))
    return (2 * np.sin(n * 1.7 + n**2 * 0.13 + phase + 0.4)).reshape(shape)


INPUTS = {
    "X": wave(3, 4),
    "V": wave(5, phase=1.0),
    "S": wave(3, 3, phase=2.0) + 3 * np.eye(3),
    "P": np.abs(wave(3, 4, phase=3.0)) + 0.3,
    "B": wave(2, 3, 4, phase=4.0),
    "N": np.array(0.7),
}

CASES = {
    # reductions, in NumPy's order of arguments
    "sum": "np.sum(X)", "sum, axis": "np.sum(X, 0)", "sum, dtype and out": "np.sum(X, 1, None, None, True)",
    "sum, axes": "np.sum(B, (0, -1), keepdims=True)", "sum, where": "np.sum(X, axis=1, where=MASK)",
    "sum, initial": "np.sum(X, axis=0, initial=2.5)", "sum, all by name": "np.sum(a=X, axis=None, dtype=float)",
    "mean": "np.mean(X, 1, None, None, True)", "mean, where": "np.mean(X, axis=0, where=MASK)",
    "prod": "np.prod(X, -1)", "prod, where and initial": "np.prod(X, axis=1, where=MASK, initial=3.0)",
    "max": "np.max(X, 0)", "max, where": "np.max(X, axis=1, initial=-9.0, where=MASK)",
    "min": "np.min(X, 1, None, True)", "min, initial": "np.min(X, axis=1, initial=0.05)",
    "amax": "np.amax(B, (0, 2))", "amin": "np.amin(X)", "ptp": "np.ptp(X, 1)", "ptp keepdims": "np.ptp(X, 0, keepdims=True)",
    "var": "np.var(X, 0, None, None, 1)", "var, correction": "np.var(X, axis=1, correction=1)",
    "var, where": "np.var(X, axis=1, where=MASK)", "var, mean": "np.var(X, axis=1, mean=np.mean(X, axis=1, keepdims=True))",
    "std": "np.std(X, axis=None, ddof=1)", "std, where": "np.std(X, axis=0, where=MASK, keepdims=True)",
    "average": "np.average(X)", "average, weights": "np.average(X, 1, WEIGHTS)",
    "average, weights of an axis": "np.average(X, axis=0, weights=WEIGHTS[:, 0])",
    "average, returned": "np.average(X, axis=0, weights=P, returned=True)[1]",
    "average of weights": "np.average(X, axis=0, weights=P, keepdims=True)",
    "cov": "np.cov(X)", "cov, two": "np.cov(X, X * X)", "cov, columns": "np.cov(X, rowvar=False)", "cov, bias": "np.cov(X, bias=True)",
    "cov, weighted": "np.cov(X, fweights=np.array([1, 2, 1, 3]), aweights=WEIGHTS[0])", "cov of one": "np.cov(V)",
    "corrcoef": "np.corrcoef(X)", "corrcoef, two": "np.corrcoef(V, V * V)",
    "median": "np.median(X)", "median, axis": "np.median(X, 1, keepdims=True)",
    "quantile": "np.quantile(X, 0.3)", "quantiles": "np.quantile(X, [0.1, 0.75], axis=1)",
    "percentile": "np.percentile(X, 40, 0)",
    "percentile, keepdims": "np.percentile(X, [10, 90], axis=(0, 1), keepdims=True)",
    "nansum": "np.nansum(X + MISSING, 0)", "nanprod": "np.nanprod(X + MISSING, 1)", "nanmean": "np.nanmean(X + MISSING, axis=0)",
    "nanvar": "np.nanvar(X + MISSING, axis=1, ddof=1)", "nanstd": "np.nanstd(X + MISSING)",
    "nanmax": "np.nanmax(X + MISSING, axis=1)", "nanmin": "np.nanmin(X + MISSING)",
    "nanmedian": "np.nanmedian(X + MISSING, axis=1)", "nanmedian of all": "np.nanmedian(X + MISSING)",
    "nanquantile": "np.nanquantile(X + MISSING, [0.2, 0.6], axis=0)",
    "nanpercentile": "np.nanpercentile(X + MISSING, 35, axis=1, keepdims=True)",
    "nancumsum": "np.nancumsum(X + MISSING, axis=1)", "nancumprod": "np.nancumprod(X + MISSING)",
    # running along an axis
    "cumsum": "np.cumsum(X)", "cumsum, axis": "np.cumsum(X, 1, None)", "cumprod": "np.cumprod(X, axis=0)",
    "cumulative_sum": "np.cumulative_sum(X, axis=1, include_initial=True)",
    "cumulative_prod": "np.cumulative_prod(V, include_initial=True)",
    "diff": "np.diff(X)", "diff, twice": "np.diff(X, 2, 0)", "diff, ends": "np.diff(X, axis=1, prepend=0.0, append=1.0)",
    "ediff1d": "np.ediff1d(X)", "ediff1d, ends": "np.ediff1d(V, to_begin=0.5, to_end=[1.0, 2.0])",
    "gradient": "np.gradient(V)", "gradient, two axes": "np.gradient(X)[1]", "gradient, step": "np.gradient(V, 0.5, edge_order=2)",
    "gradient, steps": "np.gradient(X, 0.5, 2.0)[0]", "gradient, coordinates": "np.gradient(V, np.array([0.0, 1.0, 1.5, 3.0, 3.2]))",
    "gradient, coordinates and axis": "np.gradient(X, np.array([0.0, 1.0, 1.5, 3.0]), axis=1, edge_order=2)",
    "gradient, two samples": "np.gradient(V[:2])",
    "trapezoid": "np.trapezoid(X, dx=0.5, axis=0)", "unwrap": "np.unwrap(V * 4)", "unwrap, period": "np.unwrap(X * 3, axis=0, period=2.0)",
    "interp": "np.interp(X, np.array([-2.0, -1.0, 0.5, 2.0]), V[:4])",
    "interp, left and right": "np.interp(X * 3, np.array([-2.0, -1.0, 0.5, 2.0, 2.5]), V, left=-7.0, right=8.0)",
    "interp, period": "np.interp(X * 2, np.array([0.3, 1.2, 2.9, 0.8, 1.7]), V, period=3.0)",
    # elementwise
    "sinc": "np.sinc(X)", "round": "np.round(X, 1) + X", "around": "np.around(X) * X", "fix": "np.fix(X) * X",
    "round tens": "np.round(X * 100, -1) * X", "i0": "np.i0(X)", "heaviside": "np.heaviside(X, 0.5) * X", "ldexp": "np.ldexp(X, 3)",
    "divmod": "np.divmod(X, P)[1]", "modf": "np.modf(X)[0] * np.modf(X)[1]", "conj": "np.conj(X)", "real": "np.real(X)",
    "imag": "np.imag(X) + X", "angle": "np.angle(X) * X", "real_if_close": "np.real_if_close(X)", "positive": "np.positive(X)",
    "clip": "np.clip(X, -0.5, None)", "clip, by name": "np.clip(X, min=-0.5, max=P)", "clip, old names": "np.clip(X, a_min=-1, a_max=1)",
    "nan_to_num": "np.nan_to_num(X + MISSING, nan=3.0, posinf=1.0)", "copy": "np.copy(X)",
    "select": "np.select([X > 1, X > 0], [X * X, -X], 3.0)", "select, default": "np.select([X > 1], [X])",
    "where": "np.where(X > 0, X, P)", "choose": "np.choose(MASK.astype(int), [X, P])",
    "choose, wrap": "np.choose(np.array([5, 2, 7, 0]), [X, P, -X], mode='wrap')",
    "piecewise": "np.piecewise(X, [X < -1, X > 1], [lambda x: x * x, 2.0, lambda x: -x])",
    # shapes
    "reshape, F": "np.reshape(X, (4, 3), order='F')", "reshape, -1 F": "np.reshape(B, (6, -1), 'F')", "ravel": "np.ravel(X, 'F')",
    "expand_dims": "np.expand_dims(X, (0, 2))", "rollaxis": "np.rollaxis(B, 2)", "rollaxis, start": "np.rollaxis(B, 0, 3)",
    "atleast": "np.atleast_2d(V, X)[0]", "broadcast_to": "np.broadcast_to(V, (2, 5))",
    "broadcast_arrays": "np.broadcast_arrays(X, V[:4])[1]", "resize": "np.resize(X, (5, 3))", "trim_zeros": "np.trim_zeros(np.pad(V, 2))",
    "pad, dictionary": "np.pad(X, ((1, 0), (2, 1)), mode='reflect')", "diagflat": "np.diagflat(V, 1)", "squeeze": "np.squeeze(X[None], 0)",
    "permute_dims": "np.permute_dims(B, (2, 0, 1))", "moveaxis": "np.moveaxis(B, [0, 1], [-1, 0])",
    # joining and parting
    "concatenate": "np.concatenate((X, P), 1)", "concatenate, mixed": "np.concatenate([X, WEIGHTS, P], axis=0)",
    "concatenate, flat": "np.concatenate([X, V], axis=None)", "stack": "np.stack([V, V * 2], -1)", "hstack": "np.hstack((X, P))",
    "vstack": "np.vstack([V, V])", "dstack": "np.dstack([X, P])", "column_stack": "np.column_stack([V, V * V])",
    "append": "np.append(X, 5.0)", "append, axis": "np.append(X, P, axis=1)",
    "insert": "np.insert(V, 2, 7.0)", "insert, several": "np.insert(V, [0, 3, 3], [1.0, 2.0, 3.0])",
    "insert a column": "np.insert(X, 1, 9.0, axis=1)", "insert a tensor": "np.insert(WEIGHTS, 1, V[:3], axis=1)",
    "insert rows": "np.insert(X, [1], WEIGHTS, axis=0)", "insert a slice": "np.insert(V, slice(1, 3), 0.0)",
    "delete": "np.delete(X, 1, 0)", "delete, several": "np.delete(V, [0, -1])", "delete, slice": "np.delete(X, np.s_[::2], axis=1)",
    "delete, mask": "np.delete(V, np.array([True, False, False, True, False]))",
    "split": "np.split(X, 2, 1)[1]", "hsplit": "np.hsplit(X, [1, 3])[1]", "vsplit": "np.vsplit(X, 3)[2]", "dsplit": "np.dsplit(B, 2)[0]",
    "array_split": "np.array_split(V, 3)[0]", "unstack": "np.unstack(X, axis=1)[2]", "meshgrid": "np.meshgrid(V, X[0], sparse=True)[1]",
    "block": "np.block([[X, X[:, :1]], [np.ones((1, 5))]])",
    # picking
    "take": "np.take(X, [0, -1, 5])", "take, clip": "np.take(X, [0, 9], 1, None, 'clip')", "take, wrap": "np.take(X, [5, -6], axis=1, mode='wrap')",
    "compress": "np.compress([True, False, True], X, 0)", "compress flat": "np.compress(MASK.ravel(), X)", "extract": "np.extract(MASK, X)",
    "sort": "np.sort(X, None)", "sort, stable": "np.sort(X, axis=0, kind='stable')", "partition": "np.sort(np.partition(X, 2, axis=1)[:, :2])",
    "unique": "np.unique(X)", "unique, inverse": "np.unique(np.round(V) * 0 + V, return_inverse=True)[0]", "bincount": "np.bincount([0, 2, 2, 1, 4], V)",
    "apply_along_axis": "np.apply_along_axis(lambda row: row[::-1] * row[0], 1, X)", "apply_over_axes": "np.apply_over_axes(np.sum, B, [0, 2])",
    # points between points
    "linspace": "np.linspace(N, 3.0, 5)", "linspace, arrays": "np.linspace(V, 2.0, 4, endpoint=False, axis=-1)",
    "linspace, step": "np.linspace(N, 3.0, 5, retstep=True)[1]", "logspace": "np.logspace(N, 2.0, 4, base=2.0)", "geomspace": "np.geomspace(N, 9.0, 4)",
    "full_like": "np.full_like(X, N) * X",
    # polynomials
    "polyval": "np.polyval(V, X)", "polyval of numbers": "np.polyval([1.0, 2.0, 3.0], V)", "vander": "np.vander(V, 3)",
    "vander, increasing": "np.vander(P[0], increasing=True)", "polyadd": "np.polyadd(V, P[0])", "polysub": "np.polysub([1.0], V)",
    "polymul": "np.polymul(V, P[0])", "polyder": "np.polyder(V, 2)", "polyint": "np.polyint(V, 2, [1.0, 2.0])",
    # products
    "vecdot": "np.vecdot(X, P)", "vecdot, axis": "np.linalg.vecdot(X, P, axis=0)", "matvec": "np.matvec(B, X[0])", "vecmat": "np.vecmat(V[:3], X)",
    "einsum, lists": "np.einsum(X, [0, 1], P, [0, 1], [1])", "einsum, lists without output": "np.einsum(X, [0, 1], P, [2, 1])",
    "einsum, optimize": "np.einsum('ij,kj->ik', X, P, optimize=True)", "einsum, ellipsis": "np.einsum(B, [Ellipsis, 0], X[0], [0], [Ellipsis])",
    "dot": "np.dot(X, P.T)", "outer": "np.outer(V, X)", "tensordot": "np.tensordot(B, X, ((1, 2), (0, 1)))", "kron": "np.kron(S, V)",
    "cross": "np.cross(S, S.T)", "convolve": "np.convolve(V, P[0], 'same')", "correlate": "np.correlate(V, P[0], 'full')",
    # methods of ufuncs
    "add.reduce": "np.add.reduce(X)", "add.reduce, axis": "np.add.reduce(X, None)", "add.reduce, keepdims": "np.add.reduce(X, axis=(0, 1), keepdims=True)",
    "multiply.reduce": "np.multiply.reduce(X, 1)", "maximum.reduce": "np.maximum.reduce(X, axis=0)", "minimum.reduce": "np.minimum.reduce(X)",
    "logaddexp.reduce": "np.logaddexp.reduce(X)", "add.accumulate": "np.add.accumulate(X)", "multiply.accumulate": "np.multiply.accumulate(X, 1)",
    "multiply.outer": "np.multiply.outer(V, X)", "subtract.outer": "np.subtract.outer(X, 2.0)", "power.outer": "np.power.outer(P, [1.0, 2.0])",
    # linear algebra
    "vector_norm": "np.linalg.vector_norm(B, axis=(0, 2), ord=3)", "vector_norm of all": "np.linalg.vector_norm(X, keepdims=True)",
    "matrix_norm": "np.linalg.matrix_norm(B, ord='nuc')", "matrix_norm fro": "np.linalg.matrix_norm(B, keepdims=True)",
    "norm": "np.linalg.norm(X, 2)", "norm, axis": "np.linalg.norm(X, None, 1, True)", "linalg.cross": "np.linalg.cross(S, S.T, axis=0)",
    "linalg.diagonal": "np.linalg.diagonal(B, offset=1)", "linalg.trace": "np.linalg.trace(B)", "linalg.outer": "np.linalg.outer(V, V)",
    "linalg.matmul": "np.linalg.matmul(B, X.T)", "linalg.tensordot": "np.linalg.tensordot(B, X, axes=2)",
    "tensorsolve": "np.linalg.tensorsolve(np.reshape(S, (3, 3, 1)), V[:3])", "tensorinv": "np.linalg.tensorinv(np.reshape(S, (3, 3, 1)), ind=1)",
    "eigvals": "np.linalg.eigvals(S @ S.T + np.diag([1.0, 4.0, 9.0]) @ (S @ S.T))",
    "eig": "np.linalg.eig(S @ S.T + np.triu(P[:, :3]) * 0.2)[1] ** 2", "cholesky, upper": "np.linalg.cholesky(S @ S.T, upper=True)",
    "eigh": "np.linalg.eigh(S + S.T, 'U')[0]", "eigvalsh": "np.linalg.eigvalsh(S + S.T)", "pinv": "np.linalg.pinv(X, rtol=1e-10)",
    "svd": "np.linalg.svd(X, False)[1]", "svd, values": "np.linalg.svd(X, compute_uv=False)", "lstsq": "np.linalg.lstsq(X.T, V[:4])[0]",
    "multi_dot": "np.linalg.multi_dot([X, X.T, S])", "matrix_power": "np.linalg.matrix_power(S, -2)", "slogdet": "np.linalg.slogdet(S)[1]",
    "fftshift": "np.fft.fftshift(X)", "ifftshift": "np.fft.ifftshift(X, axes=1)",
}  # fmt: skip

YOUNGER = {
    "2.1.0": ("clip, by name", "cumulative_prod", "cumulative_sum", "unstack"),
    "2.1.1": ("reshape, -1 F",),
    "2.2.0": ("matvec", "vecmat"),
}
"""Cases that NumPy knows only from a version on."""
for version, names in YOUNGER.items():
    if np.lib.NumpyVersion(np.__version__) < version:
        for name in names:
            del CASES[name]
