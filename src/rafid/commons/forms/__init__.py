"""Collect: forms and their versions, phones and links, submissions received and judged, review and exports."""
