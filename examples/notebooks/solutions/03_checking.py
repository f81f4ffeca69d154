# %% tags=["exercise-central-difference"]


def central_difference(theta, eps):
    """(J(θ + ε) - J(θ - ε)) / 2ε for J = θ³."""
    return ((theta + eps) ** 3 - (theta - eps) ** 3) / (2 * eps)


# %% tags=["exercise-three-bugs"]


def without_bugs(W1, w2, b2, X, y):
    """∂J/∂W1, ∂J/∂w2 and ∂J/∂b2, right."""
    h = np.tanh(X @ W1.T)
    delta = h @ w2 + b2 - y
    delta_hidden = np.outer(delta, w2) * (1 - h**2)  # the local derivative of tanh was missing
    dW1 = delta_hidden.T @ X / len(y)
    dw2 = h.T @ delta / len(y)  # 1/m was missing
    db2 = delta.mean()  # the sign was wrong
    return dW1, dw2, db2
