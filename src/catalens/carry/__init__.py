"""Carry values from wire to wire: limits of the target, one value, a group of values, and codecs written inline."""
