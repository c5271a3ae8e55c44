"""Pages of a PDF shown inside the window."""
