"""The commands that are more than a few lines: what can be said to them, and what they say back."""
