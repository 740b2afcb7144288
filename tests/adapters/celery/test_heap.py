"""The due heap, against a plain dict."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from duetime.adapters.celery.heap import DueHeap

NAMES = st.sampled_from("abcdefgh")
INSTANTS = st.integers(0, 20)


class AgainstADict(RuleBasedStateMachine):
    """Whatever is put, moved, taken out and taken, the heap knows what the dict knows."""

    def __init__(self) -> None:
        super().__init__()
        self.heap = DueHeap()
        self.due: dict[str, int] = {}

    @rule(name=NAMES, instant=INSTANTS)
    def put(self, name: str, instant: int) -> None:
        self.heap.put(name, instant)
        self.due[name] = instant

    @rule(name=NAMES)
    def put_out(self, name: str) -> None:
        self.heap.put(name, None)
        self.due.pop(name, None)

    @rule(now=INSTANTS)
    def take(self, now: int) -> None:
        taken = self.heap.take(now)
        if taken is None:
            assert all(instant > now for instant in self.due.values())
        else:
            assert self.due.pop(taken) <= min([now, *self.due.values()])

    @invariant()
    def the_first_is_the_earliest(self) -> None:
        earliest = min(((instant, name) for name, instant in self.due.items()), default=None)
        assert self.heap.first() == earliest

    @invariant()
    def it_holds_what_was_put(self) -> None:
        assert len(self.heap) == len(self.due)
        assert {name for name in "abcdefgh" if name in self.heap} == self.due.keys()


test_the_heap_knows_what_a_dict_knows = AgainstADict.TestCase
test_the_heap_knows_what_a_dict_knows.settings = settings(max_examples=30, deadline=None)


def test_names_of_one_instant_are_taken_one_by_one() -> None:
    heap = DueHeap()
    for name in "cab":
        heap.put(name, 5)
    assert [heap.take(4), *(heap.take(5) for _ in range(4))] == [None, "a", "b", "c", None]


def test_a_name_that_is_put_back_to_an_earlier_place_is_due_once() -> None:
    heap = DueHeap()
    for instant in (1, 2, 1, 2):
        heap.put("a", instant)
    assert [heap.take(9), heap.take(9), heap.first()] == ["a", None, None]


def test_it_knows_how_many_names_are_due_and_which() -> None:
    heap = DueHeap()
    heap.put("a", 1)
    heap.put("b", 2)
    heap.put("a", None)
    assert len(heap) == 1
    assert "b" in heap
    assert "a" not in heap


def test_places_that_were_left_are_swept_out() -> None:
    heap = DueHeap()
    for instant in range(10_000):
        heap.put("a", instant)
        assert len(heap._heap) <= 66
    assert heap.first() == (9_999, "a")


def test_a_heap_that_is_emptied_holds_no_places() -> None:
    heap = DueHeap()
    for number in range(1_000):
        heap.put(str(number), number)
    for number in range(1_000):
        heap.put(str(number), None)
    assert heap.first() is None
    assert len(heap._heap) <= 64


def test_nothing_is_taken_out_of_an_empty_heap() -> None:
    with pytest.raises(IndexError, match="no name is due"):
        DueHeap().pop()
