"""Counters and timings for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

from app.conversations.schema import SPOKEN
from app.llm.types import Usage
from app.turns.kinds import is_spoken
from app.types import Answer, Verdict

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
        self.sentences = Counter(
            "accord_sentences_total",
            "Sentences proposed for answers, by what verification said of them.",
            ["verdict"],
            registry=self.registry,
        )
        self.model_answers = Counter(
            "accord_model_answers_total",
            "Answers for which a chat model was asked, by what kept it from being shown alone.",
            ["problem"],
            registry=self.registry,
        )
        self.model_tokens = Counter(
            "accord_model_tokens_total",
            "Tokens that the chat model's provider reported.",
            ["direction"],
            registry=self.registry,
        )
        self.model_cost_usd = Counter(
            "accord_model_cost_usd_total",
            "What they cost, in US dollars, where prices are set.",
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
        self.expected_wait = Gauge(
            "accord_expected_wait_seconds",
            "What a question that comes now will probably wait.",
            registry=self.registry,
        )
        self.documents = Gauge(
            "accord_documents", "Documents that answers may cite.", registry=self.registry
        )
        self.ready = Gauge(
            "accord_ready", "1 when questions can be answered.", registry=self.registry
        )
        self.generation = Info("accord_index", "The index that is served.", registry=self.registry)

    def count(self, answer: Answer) -> None:
        """Count an answer, its sentences and what a chat model took for it."""
        receipt, usage = answer.receipt, answer.receipt.usage or Usage()
        self.answers.labels(SPOKEN if is_spoken(answer.kind) else answer.status.value).inc()
        for verdict in Verdict:
            self.sentences.labels(verdict.value).inc(receipt.counts.get(verdict.value, 0))
        if answer.composer == "model" or receipt.problem is not None:
            self.model_answers.labels(receipt.problem or "none").inc()
        self.model_tokens.labels("input").inc(usage.input_tokens or 0)
        self.model_tokens.labels("output").inc(usage.output_tokens or 0)
        self.model_cost_usd.inc(usage.cost_usd or 0)

    def render(self) -> bytes:
        """Everything in the text format."""
        return generate_latest(self.registry)
