"""What Prometheus is told. No label ever holds a person's data."""

from prometheus_client import Counter, Histogram

DELIVERIES = Counter(
    "unionbot_deliveries", "Requests on the WeChat callback by what became of them", ["outcome"]
)
ANSWER_SECONDS = Histogram(
    "unionbot_answer_seconds",
    "From a delivery's arrival to its answer",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 5),
)
GROUP_SIZE = Histogram(
    "unionbot_turns_per_commit", "Turns that shared one commit", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
