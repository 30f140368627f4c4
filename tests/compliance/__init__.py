"""What must come out of each format, as executable facts."""
