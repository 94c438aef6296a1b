"""Reports and sheets: figures frozen with their state, printed as PDF, DOCX and XLSX in three languages."""
