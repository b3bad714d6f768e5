"""What a graded part says about the class: hard tests, common mistakes, scores, items."""
