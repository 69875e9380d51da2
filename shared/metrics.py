"""Every metric of the platform, declared once."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

REQUESTS: Final = Counter(
    "talent_http_requests_total", "Requests answered", ("method", "route", "status")
)
REQUEST_SECONDS: Final = Histogram(
    "talent_http_request_seconds",
    "Time to answer",
    ("method", "route"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
APPENDS: Final = Counter("talent_appends_total", "Events appended to the log", ("category",))
LAG: Final = Gauge(
    "talent_consumer_lag_events", "Events a consumer group has not taken", ("group",)
)
PARKED: Final = Gauge("talent_parked_events", "Events parked by a consumer group", ("group",))
DEADLINES: Final = Gauge(
    "talent_deadlines_due", "Documents whose deadline had passed at the last look", ("deadline",)
)
TICKS: Final = Counter("talent_deadline_ticks_total", "Looks at the deadlines, by who leads")
RESTARTS: Final = Counter("talent_worker_restarts_total", "Workers that crashed", ("worker",))
SMS: Final = Counter("talent_sms_total", "Messages by the state they came to", ("state",))
SMS_LIMITED: Final = Counter(
    "talent_sms_daily_limit_total", "Messages put off because their number had enough for the day"
)
