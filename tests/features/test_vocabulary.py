"""Two step files can't mean different words by one name: the later would silence steps of the earlier."""

import pytest

from features.support.vocabulary import word


def as_it_is(text: str) -> str:
    return text


def test_a_name_stands_for_one_word() -> None:
    word("TestedWord", "a|b")(as_it_is)
    word("TestedWord", "a|b")(as_it_is)  # a step file may be read twice
    with pytest.raises(ValueError, match=r"the word TestedWord is 'a\|b' already, can't be 'c'"):
        word("TestedWord", "c")
