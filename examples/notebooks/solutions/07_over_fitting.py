# %% [markdown]
# # Solutions of notebook 7

# %% tags=["exercise-decay"]
def step(w, g, alpha, lam):
    """The new w."""
    return (1 - alpha * lam) * w - alpha * g


# %% tags=["exercise-dropout"]
def dropped_out(x, u, p):
    """x with some numbers set to 0, and the rest made up for it."""
    return x * (u >= p) / (1 - p)
