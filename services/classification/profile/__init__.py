"""个人资料 (manual §3.3.3): what a talent says of themselves, and what makes it complete."""
