"""The mapping language: its model, its loader and its linter."""
