"""The way onto the abnormal list (异常名单), and the objection against it."""
