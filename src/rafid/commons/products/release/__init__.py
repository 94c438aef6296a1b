"""The release desk: rows are frozen, protected, attacked, decided on and published; nothing leaves around it."""
