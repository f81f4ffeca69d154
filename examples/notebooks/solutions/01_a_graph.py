# %% tags=["exercise-four-gradients"]


def four_gradients(x, y, w1, b1, w2, b2):
    """∂J/∂w1, ∂J/∂b1, ∂J/∂w2, ∂J/∂b2 as four numbers."""
    a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
    a2 = 1 / (1 + np.exp(-(w2 * a1 + b2)))
    delta2 = (a2 - y) * a2 * (1 - a2)
    delta1 = delta2 * w2 * a1 * (1 - a1)
    return delta1 * x, delta1, delta2 * a1, delta2


# %% tags=["exercise-shared-variable"]


def shared_variable(a, b):
    """∂f/∂a and ∂f/∂b."""
    return b + np.cos(a) * b**2, a + 2 * b * np.sin(a)
