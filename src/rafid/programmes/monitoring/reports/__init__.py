"""Quarterly reports: frozen figures, one tree of content, and from it the same report as PDF and as DOCX in three languages."""
