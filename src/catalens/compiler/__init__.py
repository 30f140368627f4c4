"""A plan, written as a straight-line Python function. No platform is known here.

``emit`` is the way in; ``objects`` and ``lists`` write what becomes of an object and its lists; ``text`` is the pen.
"""
