# %% tags=["exercise-predicted-ratio"]


def predicted_ratio(n, variance):
    """Layer 10 / layer 1, two numbers: without an activation, and with ReLU."""
    return (n * variance) ** 9, (n * variance / 2) ** 9


# %% tags=["exercise-deviations"]


def deviations(n_in, n_out):
    """Two standard deviations: Xavier's and He's."""
    return np.sqrt(2 / (n_in + n_out)), np.sqrt(2 / n_in)
