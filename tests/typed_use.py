"""A program as a type checker sees it: ``make lint`` checks it, nothing runs it."""

from typing import assert_type

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
import viz


def use() -> None:
    x = ac.Tensor(np.ones((4, 2)), requires_grad=True)
    assert_type(x + 1, ac.Tensor)
    assert_type(x @ x.T, ac.Tensor)
    assert_type(2 * x, ac.Tensor)
    assert_type(x.exp(), ac.Tensor)
    assert_type(x.sum(axis=0, keepdims=True), ac.Tensor)
    assert_type(x.reshape(2, -1).T, ac.Tensor)
    assert_type(ac.Value(1.0) * 2, ac.Value)
    assert_type(ac.Value(1.0).maximum(2.0) ** 2, ac.Value)
    assert_type((ac.Value(1.0) * 2).named("y"), ac.Value)
    assert_type(x.exp().named("y"), ac.Tensor)
    assert_type(x.register_hook(lambda gradient: 2 * gradient), ac.RemovableHandle)

    layer = nn.Linear(2, 3)
    assert_type(layer, nn.Linear)
    assert_type(layer.weight, nn.Parameter)
    assert_type(nn.Conv2d(1, 2, 3).forward(x), ac.Tensor)
    assert_type(nn.ParameterList([x])[0], nn.Parameter)
    assert_type(nn.ParameterDict({"x": x})["x"], nn.Parameter)
    assert_type(layer.get_parameter("weight"), nn.Parameter)
    assert_type(nn.parameters_to_vector(layer.parameters()), ac.Tensor)
    model = nn.Sequential(layer, nn.ReLU(), nn.BatchNorm1d(3), nn.Dropout(0.5))
    assert_type(nn.SGD(model.parameters(), lr=0.1), nn.optim.SGD)
    assert_type(nn.CrossEntropyLoss(), nn.CrossEntropyLoss)
    assert_type(F.cross_entropy(x, [0, 1, 0, 1]), ac.Tensor)
    assert_type(nn.DataLoader((x, x), batch_size=2), nn.data.DataLoader)
    assert_type(
        nn.fit(
            model,
            ([0.0], [0]),
            loss=nn.MSELoss(),
            optimizer=nn.Adam(model.parameters()),
            epochs=1,
            progress=False,
        ),
        nn.History,
    )
    assert_type(viz.draw(x, heat=True, theme="dark"), viz.Drawing)
