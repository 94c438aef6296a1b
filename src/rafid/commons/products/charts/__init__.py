"""Charts: one description, read once, drawn for web pages as shapes with words as HTML, for documents as pictures."""
