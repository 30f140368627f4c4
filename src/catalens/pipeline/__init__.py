"""Translate many payloads: a line of JSON each, in constant memory, in one process or several."""
