"""Makes the program into what a clinic can install: frozen, a Debian package, a Windows installer."""
