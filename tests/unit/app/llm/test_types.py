import pytest

from app.llm.types import Prices, Usage


def test_cost_is_tokens_times_price_of_a_million() -> None:
    # 1,500 x 2.50 / 1e6 + 200 x 10 / 1e6 = 0.00375 + 0.002 = 0.00575
    assert Prices(2.5, 10).usage(1_500, 200).cost_usd == pytest.approx(0.00575)


@pytest.mark.parametrize(
    ("prices", "counts"),
    [
        (Prices(), (1, 1)),
        (Prices(1, None), (1, 1)),
        (Prices(1, 1), (None, 1)),
        (Prices(1, 1), (1, None)),
    ],
)
def test_cost_is_unknown_where_a_count_or_a_price_is(
    prices: Prices, counts: tuple[int | None, int | None]
) -> None:
    assert prices.usage(*counts) == Usage(*counts, None)


def test_free_is_not_unknown() -> None:
    assert Prices(0, 0).usage(5, 5).cost_usd == 0
