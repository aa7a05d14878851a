"""Health checks of an installation: one list for all who show their findings.

`/readyz`, the console's overview and `gateway doctor` render them; the alerts of
Prometheus belong to them. No finding holds a secret or anything about a person.
"""
