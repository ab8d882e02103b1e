"""How fast, how large: every figure a ratio against something measured in the same run."""
