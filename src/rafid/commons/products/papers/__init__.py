"""Reports that programmes write as a tree of parts, printed as PDF and as DOCX in three languages."""
