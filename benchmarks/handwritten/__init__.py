"""Translators as a good engineer writes them for one migration: straight code, dict to dict, no checks, no report.

They do the fields that the mappings relate, and nothing else: what is lost is lost in silence. Each is held against
Catalens on whole catalogues (``benchmarks.pairs.differences``).
"""
