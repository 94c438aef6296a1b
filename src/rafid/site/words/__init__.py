"""The platform's own words: which strings its pages can show, and whether Arabic and Sorani have them all."""
