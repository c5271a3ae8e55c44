"""Everything that knows where data lives: keys, the encrypted file, migrations, backups."""
