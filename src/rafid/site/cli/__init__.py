"""What is behind `./rafid`. Standard library only: it runs on the system's Python, before any package is installed."""
