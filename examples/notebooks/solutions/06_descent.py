# %% [markdown]
# # Solutions of notebook 06


# %% tags=["exercise-moving-average"]
def velocities(gradients, beta):
    """V after each step, as many as there are gradients."""
    v, found = 0.0, []
    for g in gradients:
        v = beta * v + (1 - beta) * g
        found.append(v)
    return np.array(found)


# %% [markdown]
# Curve 1 hardly moves: the smallest rate. Curve 3 falls, slowly; curve 0 falls fast and stays calm. Curve
# 2 jumps about and never comes down: its rate is far too large.


# %% tags=["exercise-diagnosis"]
order = [1, 3, 0, 2]
