"""Directories, in which members are looked up: one module per kind of source."""
