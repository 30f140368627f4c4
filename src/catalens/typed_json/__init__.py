"""Read JSON into structures that a profile's own types are, where it is certain that nothing is lost on the way."""
