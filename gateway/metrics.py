"""What is counted, for Prometheus. No label carries anything personal."""

from prometheus_client import Counter, Histogram

received = Counter("gateway_received_total", "SMS stored", ["channel"])
repeated = Counter("gateway_repeated_total", "Webhooks for stored SMS", ["channel"])
spooled = Counter("gateway_spooled_total", "SMS kept on disk", ["channel"])
refused = Counter("gateway_refused_total", "Webhooks refused", ["channel", "why"])
settled = Counter("gateway_settled_total", "SMS settled", ["status", "topic"])
sends = Counter("gateway_sends_total", "Attempts to send", ["channel", "outcome"])
receipts = Counter("gateway_receipts_total", "Receipts", ["channel", "status"])
errors = Counter(
    "gateway_errors_total", "Faults that an operator should see", ["where"]
)
reminders = Counter(
    "gateway_reminders_total", "What came of reminders", ["kind", "outcome"]
)
alarms = Counter("gateway_alarms_total", "Alarms raised", ["kind"])
answer_seconds = Histogram(
    "gateway_answer_seconds",
    "Seconds from receiving an SMS to handing its reply to the carrier",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 600),
)
