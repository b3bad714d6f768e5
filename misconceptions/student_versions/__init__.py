"""Functions as students write them, each with mistakes that students make, for measuring naming.

Every module is a right implementation in a student's style. A comment below a line describes a
mistake by the name of its entry in the catalog:

    model.train()
    # or no_train_mode: pass
    total += loss.item()
    # and last_batch: total = loss.item()

`or` replaces the line above it, `and` adds a line below it; repeated comments of one mistake give
several lines. A mistake that touches several places has a comment at each. The package
`coursekit.test_quality` makes every single mistake from these, and pairs of them, and measures
whether feedback names them: see `student_mistakes.py` there. Neither the misconceptions' signatures
nor the tests were written against this code.
"""
