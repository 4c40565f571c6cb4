"""Which versions a run was made with."""

import platform
from importlib.metadata import PackageNotFoundError, version

TOLD = ("behave", "schemathesis", "locust", "moto", "pytest", "boto3", "flask", "granian", "plumbline")


def versions() -> dict[str, str]:
    """Versions by name: Python, the system, and the packages that a result may depend on."""
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.release()}"}
    for name in TOLD:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
