"""What `python -m features` does beyond behave: selects, forks, tells, decides the exit code."""
