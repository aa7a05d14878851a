"""What public reports of other services tell, tried on this one.

Register: docs/field-reports.md.
"""
