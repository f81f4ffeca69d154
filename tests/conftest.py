"""What pytest leaves alone: the scripts that compute references, which need PyTorch."""

collect_ignore_glob = ["*/freeze_reference.py"]
