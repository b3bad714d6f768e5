"""Class statistics of a graded part: hard tests, common misconceptions, scores, items."""
