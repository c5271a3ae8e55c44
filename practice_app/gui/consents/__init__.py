"""The consent tab, its forms, and the screen of wordings."""
