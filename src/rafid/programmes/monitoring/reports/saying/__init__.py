"""What each section of a report says, in the reader's language: frozen figures become parts of the tree."""
