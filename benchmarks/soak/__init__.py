"""Hours of SMS while something breaks every minute: nothing is lost, nothing grows.

`python -m benchmarks.soak` runs it. The processes, and how they are broken, are
those of the fault tests.
"""
