"""Maps: painted ones of a page's own figures, and composed ones that are recipes with editions."""
