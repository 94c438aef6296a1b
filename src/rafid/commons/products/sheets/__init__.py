"""Fact sheets and periodic bulletins: blocks of text in three languages with live figures, which freeze at approval."""
