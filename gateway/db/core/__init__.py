"""Engine, upgrades, transactions and bulk statements, without any table's meaning."""
