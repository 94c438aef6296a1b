"""The translation desk: what is public, or will be, and still lacks a language; texts go out and come back as files."""
