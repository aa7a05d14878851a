"""The wordings of all replies, and how they are filled in and measured."""
