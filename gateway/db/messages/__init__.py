"""SMS, replies, receipts, complaints, and the counters of the rate limits."""
