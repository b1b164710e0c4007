"""Packages that only some studies need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kadsurvey.errors import MissingPackageError


def require(module: str, *, extra: str) -> Any:
    """Import a package that an extra of kadsurvey brings.

    Parameters
    ----------
    module : str
        What is imported.
    extra : str
        The extra that installs it.

    Raises
    ------
    MissingPackageError
        If it is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ImportError as err:
        package = module.partition(".")[0]
        raise MissingPackageError("errors.missing_package", package=package, extra=extra) from err
