"""The emulated AWS is slow or refuses when it is told to: the platform's calls alone, and only those chosen."""

import time

import pytest

from fixtures.stack.moods import Mood, Moods


@pytest.mark.parametrize(
    ("sender", "action", "refused"),
    [
        ("platform", "PutItem", True),
        ("platform", "GetItem", False),
        ("suite", "PutItem", False),
        ("", "PutItem", False),
    ],
)
def test_calls_of_the_platform_are_refused_as_chosen(sender: str, action: str, refused: bool) -> None:
    moods = Moods()
    mood = moods.add(Mood("refuse", "PutItem"))
    assert moods.refuses(sender, action) is refused
    moods.end(mood.id)
    assert not moods.refuses(sender, action)


def test_all_moods_end_together() -> None:
    moods = Moods()
    moods.add(Mood("refuse"))
    moods.add(Mood("refuse", "PutItem"))
    assert moods.refuses("platform", "Query")
    moods.end()
    assert not moods.refuses("platform", "PutItem")


def test_a_slow_call_waits_as_long_as_it_was_told_and_is_answered() -> None:
    moods = Moods()
    moods.add(Mood("slow", delay=0.2))
    began = time.monotonic()
    assert not moods.refuses("platform", "Query")
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("mood", [Mood("angry"), Mood("slow", delay=-1), Mood("slow", delay=3600)])
def test_what_is_no_mood_is_refused(mood: Mood) -> None:
    with pytest.raises(ValueError, match="answer must be slow or refuse"):
        Moods().add(mood)
