"""SMS balance gateway: BPJS Ketenagakerjaan members ask by SMS, without internet."""

__version__ = "0.1.0"
