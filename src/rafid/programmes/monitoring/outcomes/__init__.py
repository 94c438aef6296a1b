"""What changed for people: studies before and after, and what became of released land."""
