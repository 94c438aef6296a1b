"""How values arrive: by file, by form, by program."""
