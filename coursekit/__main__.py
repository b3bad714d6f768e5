"""`python -m coursekit`: the same as the command `coursekit`."""

from coursekit.entry import main

main()
