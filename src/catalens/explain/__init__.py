"""What can become of each field of a pair, without a payload, and what became of one value on its way."""
