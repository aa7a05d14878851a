"""The health checks of an installation, in one list.

`/readyz`, the console's overview and `gateway doctor` render their findings, and each
Prometheus alert belongs to a check. No finding holds a secret or personal data.
"""
