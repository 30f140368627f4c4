"""Two profiles, composed through the hub into a frozen plan, and the plan into a Python function.

``plan`` composes, ``values`` makes the functions that carry one value (or group) across and measure the inverse,
``emit`` writes the straight-line Python, ``ledger`` is what the emitted code reports to. No platform is known here.
"""
