"""Does it stay as fast with a nation in the database?

`python -m benchmarks.national` fills PostgreSQL with ever more members and messages and
measures look-ups, answers, console pages and a purge at each size.
"""
