"""Where members are looked up: one module per kind of source."""
