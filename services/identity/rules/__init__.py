"""What identity accepts as a document, a mobile, a name, a password, an organisation; pure."""
