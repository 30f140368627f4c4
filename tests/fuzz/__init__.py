"""Spoilt input at every door of the product: it is taken, or refused in words, and nothing falls over."""
