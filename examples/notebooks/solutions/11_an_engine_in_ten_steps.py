# %% [markdown]
# # Solutions of notebook 11

# %% tags=["exercise-sine"]
def sine_share(g, x):
    """The share of x for y = sin x, when the gradient g arrives at y."""
    return g * np.cos(x)


# %% tags=["exercise-matmul"]
def matmul_shares(G, A, B):
    """The shares of A and of B."""
    return G @ B.T, A.T @ G
