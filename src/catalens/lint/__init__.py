"""Check mappings: what no line can mean, what lines say twice, and what says nothing."""
