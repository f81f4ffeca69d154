"""A training as a page: what was recorded of it, epoch by epoch, and the network that learns on there."""
