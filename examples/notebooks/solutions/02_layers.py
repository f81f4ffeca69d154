# %% tags=["exercise-delta-loop"]


def delta_loop(W1, b1, W2, b2, x, y):
    """∂J/∂W1, ∂J/∂b1, ∂J/∂W2, ∂J/∂b2."""
    a1 = 1 / (1 + np.exp(-(W1 @ x + b1)))
    a2 = 1 / (1 + np.exp(-(W2 @ a1 + b2)))
    delta2 = (a2 - y) * a2 * (1 - a2)
    delta1 = (W2.T @ delta2) * a1 * (1 - a1)
    return np.outer(delta1, x), delta1, np.outer(delta2, a1), delta2


# %% tags=["exercise-softmax-jacobian"]


def softmax_jacobian(z):
    """The matrix of ∂p_i/∂z_j."""
    p = np.exp(z - z.max())
    p /= p.sum()
    jacobian = np.empty((z.size, z.size))
    for i in range(z.size):
        for j in range(z.size):
            jacobian[i, j] = p[i] * ((i == j) - p[j])
    return jacobian
