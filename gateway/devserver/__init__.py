"""Run the whole gateway on one machine, with made-up members."""
