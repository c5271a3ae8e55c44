"""Schema changes, one file each; they import nothing of ours, so that old ones never change."""
