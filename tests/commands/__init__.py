"""What the command does, seen from outside."""
