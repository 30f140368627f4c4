"""Facts about laws, and the laws themselves, tried on the bundled formats."""
