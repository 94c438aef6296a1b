"""The daily sheet of gauge readers and dam operators: typed on a phone, also without a line, sent once."""
