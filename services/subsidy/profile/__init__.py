"""个人资料 (manual §3.4.3): what a talent says of themselves and where they work."""
