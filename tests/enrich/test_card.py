"""The model card says what the scores say."""

import json

from enrich._encoder.build import model_key
from enrich._train import card


def test_the_card_is_up_to_date() -> None:
    assert card.CARD.read_text(encoding="utf-8") == card.render(card.stored())


def test_the_heads_were_fitted_on_this_encoder() -> None:
    assert json.loads(card.SCORES.read_text(encoding="utf-8"))["encoder"].endswith(model_key())
