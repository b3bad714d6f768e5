"""Students read what a test called, without the expectation around it."""

from __future__ import annotations

import pytest

from toolbox.checks.called_text import called_text


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ('expect.equal(s.mean_, 3, "s.fit([1, 2]); s.mean_")', "s.fit([1, 2]); s.mean_"),
        ('expect.close(f(x), 3, "f(x)", atol=1e-9)', "f(x)"),
        ('expect.shape(net(x), (3, 15), f"{name}()(x)")', "net(x)"),
        ('expect.raises(ValueError, lambda: area(-1, 2), f"area({n}, 2)")', "area(-1, 2)"),
        ('expect.raises(ValueError, lambda: area(-1, 2), "area(-1, 2)")', "area(-1, 2)"),
        ("expect.equal(f(3), 4, called)", "f(3)"),
        ('expect.true(f("a") == 3, called, expected="3", got=f("a"))', 'f("a") == 3'),
        ("scores, labels = network()(images(3))", "network()(images(3))"),
        ("shapes.area(1, 2)", "shapes.area(1, 2)"),
        ("expect.equal(f(1),", "expect.equal(f(1),"),
        ("return network(x)", "return network(x)"),
        ("", ""),
    ],
)
def test_a_line_is_reduced_to_its_call(line: str, called: str) -> None:
    assert called_text(line) == called
