# %% [markdown]
# # Solutions of notebook 08


# %% tags=["exercise-conv2d"]
def conv2d(image, kernel):
    """The map (H - h + 1, W - w + 1) of an image (H, W) and a kernel (h, w)."""
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return np.array(
        [[np.sum(image[x : x + h, y : y + w] * kernel) for y in range(columns)] for x in range(rows)]
    )


# %% [markdown]
# δ = C, laid on the image: the gradient is the same kind of sum.


# %% tags=["exercise-kernel-gradient"]
def kernel_gradient(image, kernel):
    """∂J/∂K, of the kernel's shape."""
    return conv2d(image, conv2d(image, kernel))
