"""`gateway doctor`: looks at everything that an installation stands on.

Its words carry neither secrets nor anything about a person.
"""
