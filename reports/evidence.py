"""The one face of reports that suites see: what they found, written down so that it can be merged into a verdict.

```python
journal = Journal(run_dir or new_run(), "features")
journal.started(plan=len(scenarios), target="local", seed=7, effort="quick", versions={"behave": "1.3.3"})
journal.result(Result("features", "ORD-012", "The last items go to the first shopper", Status.PASSED))
journal.finished()
```
"""

from reports._journal import EvidenceError, Journal
from reports._junit import write_junit
from reports._model import Failure, Result, Status
from reports._reading import SuiteEvidence, read
from reports.run_folder import find_run, new_run

__all__ = [
    "EvidenceError",
    "Failure",
    "Journal",
    "Result",
    "Status",
    "SuiteEvidence",
    "find_run",
    "new_run",
    "read",
    "write_junit",
]
