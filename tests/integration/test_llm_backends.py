"""Each backend's real client against a scripted server on loopback."""

import gc
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pydantic import SecretStr

from app.llm import calling, loop
from app.llm.breaker import Breaker
from app.llm.build import ProviderKeys, build_chat_model
from app.llm.calling import ModelCaller
from app.llm.errors import (
    ModelAuthenticationError,
    ModelBusyError,
    ModelError,
    ModelOutputError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from app.llm.types import Limits, Prices, Usage
from app.settings import Settings
from app.types import Message
from tests.live_server import until
from tests.scripted_model_server import Fault, ScriptedServer, Turn, scripted

PROVIDERS = ("openai", "azure_openai", "anthropic", "ollama")
PATHS = {"openai": "/v1", "azure_openai": "", "anthropic": "", "ollama": ""}
KEY = "sk-a-secret-that-nobody-sees-1"
KEYS = ProviderKeys.model_construct(
    openai_api_key=SecretStr(KEY),
    anthropic_api_key=SecretStr(KEY),
    azure_openai_api_key=SecretStr(KEY),
    openai_api_version="2024-10-21",
)
MESSAGES = (Message("system", "Be short."), Message("user", "When was Aetna bought?"))
TEXT = "Aetna was bought in 2018."
GENEROUS = Limits(timeout_s=20, silence_s=20, concurrency=4, attempts=3, max_characters=10_000)
ONCE = replace(GENEROUS, attempts=1)
IMPATIENT = replace(ONCE, timeout_s=0.3, silence_s=0.3)

Caller = Callable[..., ModelCaller]
Way = Callable[[ModelCaller], str]


def asked(caller: ModelCaller) -> str:
    return caller.ask(MESSAGES).text


def streamed(caller: ModelCaller) -> str:
    return "".join(caller.stream(MESSAGES))


# For what does not depend on the provider's client.
ONE_PROVIDER = pytest.mark.parametrize("provider", ["openai"], indirect=True)
WAYS = pytest.mark.parametrize("way", [asked, streamed])


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make(server: ScriptedServer, provider: str) -> Caller:
    def caller(limits: Limits = ONCE, breaker: Breaker | None = None) -> ModelCaller:
        settings = Settings.model_validate(
            {
                "model": f"{provider}:scripted",
                "model_base_url": server.url + PATHS[provider],
                "model_max_output_tokens": 77,
            }
        )
        return ModelCaller(
            build_chat_model(settings, KEYS),
            name=f"{provider}:scripted",
            limits=limits,
            prices=Prices(2, 10),
            tells_its_end=True,
            breaker=breaker,
        )

    return caller


def test_whole_reply_with_its_usage(make: Caller) -> None:
    reply = make().ask(MESSAGES)
    assert reply.text == TEXT
    # 100 x 2 / 1e6 + 20 x 10 / 1e6
    assert reply.usage == Usage(100, 20, pytest.approx(0.0004))
    assert not reply.is_cut


def test_stream_gives_pieces_and_then_the_whole(make: Caller) -> None:
    stream = make().stream(MESSAGES)
    assert list(stream) == ["Aetna", " was", " bought", " in", " 2018."]
    assert stream.reply is not None
    assert stream.reply.text == TEXT
    assert stream.reply.usage == Usage(100, 20, pytest.approx(0.0004))


def test_request_holds_messages_temperature_and_the_limit_of_tokens(
    make: Caller, server: ScriptedServer, provider: str
) -> None:
    make().ask(MESSAGES)
    body = server.requests[0].body
    said = [body.get("system")] if provider == "anthropic" else []
    assert said + [m["content"] for m in body["messages"]] == [m.content for m in MESSAGES]
    options = body["options"] if provider == "ollama" else body
    name = {"ollama": "num_predict", "azure_openai": "max_completion_tokens"}
    assert options[name.get(provider, "max_tokens")] == 77
    assert options["temperature"] == 0


@ONE_PROVIDER
def test_provider_that_reports_no_usage_leaves_it_unknown(
    make: Caller, server: ScriptedServer
) -> None:
    server.will(Turn(usage=None))
    caller = make()
    assert caller.ask(MESSAGES).usage == Usage()
    stream = caller.stream(MESSAGES)
    list(stream)
    assert stream.reply is not None
    assert stream.reply.usage == Usage()


@WAYS
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ModelRefusedError),
        (401, ModelAuthenticationError),
        (403, ModelAuthenticationError),
        (404, ModelRefusedError),
        (429, ModelBusyError),
        (500, ModelUnavailableError),
        (503, ModelUnavailableError),
    ],
)
def test_status_becomes_an_error_of_ours(
    make: Caller, server: ScriptedServer, way: Way, status: int, kind: type[ModelError]
) -> None:
    server.will(Turn(status=status))
    with pytest.raises(ModelError) as caught:
        way(make())
    assert type(caught.value) is kind


@WAYS
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.DROPPED, ModelUnavailableError),
        (Fault.MALFORMED, ModelOutputError),
        (Fault.BROKEN_OFF, ModelUnavailableError),
        (Fault.SILENT, ModelTimeoutError),
    ],
)
def test_fault_becomes_an_error_of_ours(
    make: Caller, server: ScriptedServer, way: Way, fault: Fault, kind: type[ModelError]
) -> None:
    server.will(Turn(fault=fault))
    with pytest.raises(ModelError) as caught:
        way(make(IMPATIENT if fault is Fault.SILENT else ONCE))
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.ENDS_EARLY, ModelOutputError),
        (Fault.ENDLESS, ModelOutputError),
        (Fault.STALLED, ModelTimeoutError),
        (Fault.ERROR_INSIDE, ModelUnavailableError),
        (Fault.BROKEN_OFF, ModelUnavailableError),
    ],
)
def test_stream_that_goes_wrong_gives_its_words_and_then_the_error(
    make: Caller, server: ScriptedServer, fault: Fault, kind: type[ModelError]
) -> None:
    server.will(Turn(fault=fault))
    stream = make(IMPATIENT if fault is Fault.STALLED else GENEROUS).stream(MESSAGES)
    pieces = []
    with pytest.raises(ModelError) as caught:
        pieces.extend(piece for piece in stream)
    assert type(caught.value) is kind
    assert stream.reply is None
    assert next(stream, None) is None  # over, not stuck
    assert len(server.requests) == 1  # words were shown: no second try


@WAYS
def test_busy_server_is_asked_again_after_the_time_it_names(
    make: Caller, server: ScriptedServer, way: Way, provider: str
) -> None:
    server.will(Turn(status=429, headers={"Retry-After": "0.01"}), Turn())
    assert way(make(GENEROUS)) == TEXT
    assert len(server.requests) == 2


@ONE_PROVIDER
@WAYS
def test_server_that_asks_for_too_long_a_wait_is_not_waited_for(
    make: Caller, server: ScriptedServer, way: Way
) -> None:
    server.will(Turn(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(ModelBusyError) as caught:
        way(make(GENEROUS))
    assert caught.value.retry_after_s == 3600
    assert len(server.requests) == 1


@ONE_PROVIDER
def test_faults_are_tried_again_up_to_the_number_of_attempts(
    make: Caller, server: ScriptedServer
) -> None:
    server.will(Turn(status=503, headers={"Retry-After": "0.01"}))
    limits = replace(GENEROUS, attempts=2)
    with pytest.raises(ModelUnavailableError):
        make(limits).ask(MESSAGES)
    assert len(server.requests) == 2


def test_wrong_key_is_not_tried_again(make: Caller, server: ScriptedServer) -> None:
    server.will(Turn(status=401))
    with pytest.raises(ModelAuthenticationError):
        make(GENEROUS).ask(MESSAGES)
    assert len(server.requests) == 1


@WAYS
def test_refusal_is_no_reply(make: Caller, server: ScriptedServer, way: Way) -> None:
    server.will(Turn(text="I cannot help.", finish="refusal"))
    with pytest.raises(ModelRefusedError, match="declined"):
        way(make())


@WAYS
def test_empty_reply_is_none(make: Caller, server: ScriptedServer, way: Way) -> None:
    server.will(Turn(text=""))
    with pytest.raises(ModelOutputError, match="is empty"):
        way(make())


@ONE_PROVIDER
@WAYS
def test_tokens_used_up_before_the_first_word_name_the_setting(
    make: Caller, server: ScriptedServer, way: Way
) -> None:
    server.will(Turn(text="", finish="length"))
    with pytest.raises(ModelOutputError, match="ACCORD_MODEL_MAX_OUTPUT_TOKENS"):
        way(make(GENEROUS))
    assert len(server.requests) == 1


def test_reply_at_its_longest_says_that_it_is_cut(make: Caller, server: ScriptedServer) -> None:
    server.will(Turn(finish="length"))
    assert make().ask(MESSAGES).is_cut


def test_closing_a_stream_closes_the_connection(make: Caller, server: ScriptedServer) -> None:
    server.will(Turn(fault=Fault.STALLED))
    stream = make(GENEROUS).stream(MESSAGES)
    next(stream)
    stream.close()
    until(lambda: server.gone == 1)
    assert next(stream, None) is None
    assert stream.reply is None


@ONE_PROVIDER
def test_stream_that_nobody_keeps_closes_the_connection(
    make: Caller, server: ScriptedServer
) -> None:
    server.will(Turn(fault=Fault.STALLED))
    next(make(GENEROUS).stream(MESSAGES))
    gc.collect()
    until(lambda: server.gone == 1)


@ONE_PROVIDER
def test_stream_can_be_closed_while_another_thread_waits_for_it(
    make: Caller, server: ScriptedServer
) -> None:
    server.will(Turn(fault=Fault.SILENT))
    stream = make(GENEROUS).stream(MESSAGES)
    pieces: list[str] = []
    thread = threading.Thread(target=lambda: pieces.extend(stream))
    thread.start()
    until(lambda: server.running == 1)
    stream.close()
    thread.join(5)
    assert not thread.is_alive()
    assert pieces == []
    until(lambda: server.gone == 1)


@ONE_PROVIDER
def test_stream_that_was_never_read_asks_nothing(make: Caller, server: ScriptedServer) -> None:
    stream = make().stream(MESSAGES)
    stream.close()
    assert list(stream) == []
    assert server.requests == []


@ONE_PROVIDER
def test_no_more_requests_at_once_than_allowed(make: Caller, server: ScriptedServer) -> None:
    server.gate.clear()
    caller = make(replace(GENEROUS, concurrency=2))
    with ThreadPoolExecutor(6) as pool:
        replies = [pool.submit(asked, caller) for _ in range(6)]
        until(lambda: server.running == 2)
        server.gate.set()
        assert [reply.result() for reply in replies] == [TEXT] * 6
    assert server.most_running == 2


@ONE_PROVIDER
def test_waiting_for_a_place_has_an_end(make: Caller, server: ScriptedServer) -> None:
    server.will(Turn(fault=Fault.STALLED))
    caller = make(replace(GENEROUS, concurrency=1))
    with caller.stream(MESSAGES) as stream:
        next(stream)
        caller.limits = replace(caller.limits, timeout_s=0.1)
        with pytest.raises(ModelBusyError, match="All 1 places"):
            caller.ask(MESSAGES)
    assert len(server.requests) == 1


@ONE_PROVIDER
def test_who_waits_for_an_answer_waits_for_a_place_only_shortly(
    make: Caller, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "PATIENCE_S", 0.1)
    server.will(Turn(fault=Fault.STALLED))
    breaker = Breaker(failures_to_open=1)
    caller = make(replace(GENEROUS, concurrency=1), breaker)
    with caller.stream(MESSAGES) as stream:
        next(stream)
        with pytest.raises(ModelBusyError, match="All 1 places"):
            next(caller.stream(MESSAGES))
    assert breaker.state == "closed"  # our own queue says nothing of the model


@ONE_PROVIDER
def test_running_out_of_a_shortened_time_says_nothing_of_the_model(
    make: Caller, server: ScriptedServer
) -> None:
    server.will(Turn(fault=Fault.SILENT))
    breaker = Breaker(failures_to_open=1)
    with pytest.raises(ModelTimeoutError):
        next(make(ONCE, breaker).stream(MESSAGES, timeout_s=0.1))
    assert breaker.state == "closed"


@ONE_PROVIDER
def test_nobody_waits_long_because_the_provider_asks_for_it(
    make: Caller, server: ScriptedServer
) -> None:
    server.will(Turn(status=429, headers={"Retry-After": "5"}), Turn())
    with pytest.raises(ModelBusyError):
        next(make(GENEROUS).stream(MESSAGES))
    assert len(server.requests) == 1


def test_all_first_callers_share_one_loop() -> None:
    loop._started.cache_clear()
    together = threading.Barrier(8)

    def first() -> object:
        together.wait()
        return loop._loop()

    with ThreadPoolExecutor(8) as pool:
        loops = {future.result() for future in [pool.submit(first) for _ in range(8)]}
    assert len(loops) == 1


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@ONE_PROVIDER
@WAYS
def test_breaker_spares_a_server_that_is_down_and_finds_it_again(
    make: Caller, server: ScriptedServer, way: Way
) -> None:
    clock = Clock()
    caller = make(ONCE, Breaker(failures_to_open=2, open_s=20, clock=clock))
    server.will(Turn(status=500))
    for _ in range(3):
        with pytest.raises(ModelUnavailableError):
            way(caller)
    assert len(server.requests) == 2  # the third was not sent

    clock.now = 20
    server.will(Turn())
    assert way(caller) == TEXT
    assert way(caller) == TEXT
    assert len(server.requests) == 4


@ONE_PROVIDER
def test_refusals_and_busy_replies_leave_the_breaker_closed(
    make: Caller, server: ScriptedServer
) -> None:
    breaker = Breaker(failures_to_open=1, open_s=20)
    caller = make(ONCE, breaker)
    for status in (400, 401, 429):
        server.will(Turn(status=status))
        with pytest.raises(ModelError):
            caller.ask(MESSAGES)
    assert breaker.state == "closed"


def test_no_server_at_all_is_unavailable(make: Caller, server: ScriptedServer) -> None:
    server.stop()
    with pytest.raises(ModelUnavailableError, match="could not be reached"):
        make().ask(MESSAGES)


@WAYS
def test_neither_key_nor_question_is_logged(
    make: Caller, server: ScriptedServer, way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.will(
        Turn(status=401, message=f"Incorrect API key provided: {KEY}"),
    )
    with pytest.raises(ModelAuthenticationError) as caught:
        way(make())
    logging.getLogger("test").error("failed", exc_info=caught.value)
    assert KEY not in caplog.text
    assert "Aetna" not in caplog.text
