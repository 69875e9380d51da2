"""Deferral (容缺): what is missing at submission may follow by a date (manual §3.3.5-3.3.6)."""
