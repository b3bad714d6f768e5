"""Names are counted as right, wrong or missing, and targets are checked on unseen functions."""

from __future__ import annotations

from coursekit.insights.graded_part import Failure, KnownTest
from coursekit.insights.unnamed_failures import Unnamed
from coursekit.test_quality import cluster_results, naming_results
from coursekit.test_quality.named_mistakes import Naming
from coursekit.test_quality.naming import Named
from misconceptions.student_mistakes import unseen
from toolbox.checks.diagnosis import AGAIN, ALSO

SEEN = next(f"m.f{n}" for n in range(99) if not unseen(f"m.f{n}"))
UNSEEN = next(f"m.f{n}" for n in range(99) if unseen(f"m.f{n}"))


def named(*said: str, truth: tuple[str, ...] = ("one",), function: str = UNSEEN) -> Named:
    return Named(function, "a version", truth, truth, said, catalogued=True)


def test_a_name_is_right_only_if_all_named_causes_are_true() -> None:
    assert named("one").outcome == "right"
    assert named().outcome == "none"
    assert named("other").outcome == "wrong"
    both = ("one", "two")
    assert named("two", truth=both).outcome == "right"
    assert named("one", "two", truth=both).outcome == "right"
    assert named("one", "other", truth=both).outcome == "wrong"


def test_shares_are_counted_by_the_number_of_mistakes_and_for_unseen_functions() -> None:
    both = ("one", "two")
    found = naming_results.groups(
        [
            *(named("one") for _ in range(8)),
            named(),
            named("other", function=SEEN),
            named("one", "two", truth=both),
            named("two", truth=both),
        ]
    )
    assert (found[True, 1].right, found[True, 1].none) == (8, 1)
    assert found[False, 1].wrong == 1
    assert (found[True, 2].right, found[True, 2].both) == (2, 1)
    assert naming_results.missed(found) == []


def test_too_few_right_names_and_too_many_wrong_ones_miss_the_targets() -> None:
    few = naming_results.groups([named("one"), named(), named()])
    assert len(naming_results.missed(few)) == 1
    wrong = naming_results.groups([*(named("one") for _ in range(9)), named("other")])
    assert len(naming_results.missed(wrong)) == 1


def test_the_page_has_a_row_for_each_group() -> None:
    text = naming_results.page(naming_results.groups([named("one")]))
    assert text.count("\n| seen |") == text.count("\n| unseen |") == 2
    assert "1 (100.0%)" in text


def test_a_second_cause_that_an_entry_does_not_have_is_a_wrong_name() -> None:
    naming = Naming()
    naming.add("entry", "one", "one")
    naming.add("entry", "in m.g: one", "one")
    naming.add("entry", f"{AGAIN} above", "one")
    assert (len(naming.right), len(naming.wrong)) == (3, 0)
    naming.add("entry", f"one{ALSO}two", "one")
    assert len(naming.wrong) == 1


def test_clusters_are_compared_with_the_true_mistakes() -> None:
    def student(name: str, got: str) -> Unnamed:
        return Unnamed(name, "m.f", (Failure(KnownTest("m.f", "It is.", False), "f()", got),))

    students = {student(f"{got}{n}", got): got for got in "23" for n in range(3)}
    result = cluster_results.compare(students)
    assert (result.mistakes, result.whole, result.v_measure) == (2, 2, 1.0)
    mixed = {**students, student("x", "4"): "2"}
    assert cluster_results.compare(mixed).whole == 1
