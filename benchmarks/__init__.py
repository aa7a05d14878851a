"""How fast, measured: signed webhooks go in, replies come out at a tiny carrier.

`python -m benchmarks` runs everything. Nothing here is asserted by a test.
"""
