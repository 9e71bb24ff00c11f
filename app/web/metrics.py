"""What is counted and timed, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Answers take tens of milliseconds from the sources' own words, seconds from a chat model.
LATENCY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The instruments of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "accord_http_requests_total",
            "HTTP requests by route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "accord_http_request_seconds",
            "Time until a response was complete.",
            ["method", "route"],
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self.answers = Counter(
            "accord_answers_total", "Answers by status.", ["status"], registry=self.registry
        )
        self.answer_seconds = Histogram(
            "accord_answer_seconds",
            "Time from a place to the whole answer.",
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self.first_claim_seconds = Histogram(
            "accord_first_claim_seconds",
            "Time from a place to the first sentence.",
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self.unstored = Counter(
            "accord_answers_unstored_total",
            "Answers given but not kept, because the store failed.",
            registry=self.registry,
        )
        self.running = Gauge(
            "accord_answers_running", "Answers being computed now.", registry=self.registry
        )
        self.waiting = Gauge(
            "accord_answers_waiting", "Questions waiting for a place now.", registry=self.registry
        )
        self.documents = Gauge(
            "accord_documents", "Documents that answers may cite.", registry=self.registry
        )
        self.ready = Gauge(
            "accord_ready", "1 when questions can be answered.", registry=self.registry
        )
        self.generation = Info("accord_index", "The index that is served.", registry=self.registry)

    def render(self) -> bytes:
        """Everything in the text format."""
        return generate_latest(self.registry)
