"""`coursekit return`: put points and feedback into the files that a platform imports."""
