"""The form in the browser: what a device gets, and what it may send."""
