"""Migrations: between stores that stand in memory, between files, and over the loopback."""
