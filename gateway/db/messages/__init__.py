"""SMS, replies, receipts, and what hangs on them."""
