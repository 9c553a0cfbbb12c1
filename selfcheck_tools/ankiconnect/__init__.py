"""A running Anki brought up to date, over its add-on AnkiConnect."""
