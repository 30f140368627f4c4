"""Measure Catalens beside hand-written code and other libraries: ``python -m benchmarks``."""
