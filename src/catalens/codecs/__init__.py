"""Codecs: one value, or one small group of values, both ways. The table of all codecs stands in ``registry``."""
