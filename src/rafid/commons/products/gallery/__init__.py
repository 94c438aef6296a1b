"""What readers find: the gallery of published products, whether a file is genuine, and whom products reach."""
