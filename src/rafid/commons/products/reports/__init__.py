"""Reports that programmes declare: their figures and words are the programme's, the way to their readers is everybody's."""
