"""Facts and laws about Catalens; modules of tests import one another as ``tests.…``."""
