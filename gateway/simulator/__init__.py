"""A small Twilio-compatible carrier with a phone on a web page.

The gateway's Twilio channel talks to it over HTTP exactly as it talks to Twilio.
"""
