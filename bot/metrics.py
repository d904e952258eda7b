"""Health in Prometheus' words: numbers and static names, no person."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.domain.health import Health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Once(Collector):
    """The metrics of one moment."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[Metric]:
        stored = self._health.stored
        yield from self._gauges()
        kept = GaugeMetricFamily("dl_last_kept_timestamp_seconds", "When the last message was kept", labels=["channel"])
        for channel, at in stored.last_kept.items():
            kept.add_metric([channel], at.timestamp())
        yield kept
        events = CounterMetricFamily("dl_events", "Events counted since the database was made", labels=["event"])
        for event, number in stored.events.items():
            events.add_metric([event], number)
        yield events
        faults = GaugeMetricFamily("dl_fault", "1 for each thing that a person must look at", labels=["fault"])
        for fault in self._health.faults:
            faults.add_metric([fault], 1)
        yield faults

    def _gauges(self) -> Iterator[Metric]:
        stored = self._health.stored
        yield self._gauge("dl_healthy", "1: nothing needs a person", not self._health.faults)
        yield self._gauge("dl_model_up", "1: the model answers", self._health.model_answers)
        yield self._gauge("dl_disk_free_bytes", "Free space of the data directory", self._health.disk_free)
        for name in ("waiting", "unsent", "held", "given_up", "poison", "emergencies", "unclear", "officers"):
            yield self._gauge(f"dl_{name}", f"How many: {name.replace('_', ' ')}", getattr(stored, name))
        for name in ("waiting_since", "unsent_since", "unheard_since"):
            since = getattr(stored, name)
            age = 0.0 if since is None else (self._health.at - since).total_seconds()
            yield self._gauge(f"dl_{name.removesuffix('_since')}_oldest_seconds", "Age of the oldest", age)
        if stored.last_alert_sent is not None:
            told = stored.last_alert_sent.timestamp()
            yield self._gauge("dl_last_alert_sent_timestamp_seconds", "When a messenger last confirmed an alert", told)

    def _gauge(self, name: str, says: str, value: float) -> Metric:
        return GaugeMetricFamily(name, says, value=float(value))


def exposition(health: Health) -> bytes:
    """The text that Prometheus scrapes."""
    registry = CollectorRegistry()
    registry.register(_Once(health))
    return generate_latest(registry)
