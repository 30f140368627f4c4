"""The account of a translation: codes, compact entries for many lines, the full ledger of one payload, the report."""
