"""From the webhook to the decision about an SMS."""
