"""Programs of the system that tests drive. A missing one fails the test that needs it and says what to install."""

import pathlib
import shutil

import pytest


def program(name, package):
    """The path of a program of this Debian package."""
    found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
    return found or pytest.fail(f"{name} is not installed: apt-get install {package}")


def file(path, package):
    """A file that this Debian package brings."""
    if not pathlib.Path(path).exists():
        pytest.fail(f"{path} does not exist: apt-get install {package}")
    return path
