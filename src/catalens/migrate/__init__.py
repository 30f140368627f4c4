"""Move the things of one store into another: stop anywhere, go on, and lose or double nothing."""
