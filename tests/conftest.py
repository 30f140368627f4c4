"""Hypothesis profiles: ``fast`` (the default) sees the same payloads each time, ``thorough`` sixty times as many."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# payloads of a hundred fields are slow to draw, which says nothing about the code under test
SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

settings.register_profile(
    "fast", max_examples=5, deadline=None, print_blob=True, suppress_health_check=SLOW_TO_DRAW, derandomize=True
)
settings.register_profile(
    "thorough", max_examples=300, deadline=None, print_blob=True, suppress_health_check=SLOW_TO_DRAW
)
settings.load_profile("fast")
