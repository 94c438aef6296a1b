"""Forms as their designers make them: uploaded, tried, published, compared, labelled."""
