"""Static files that come out of Python packages."""

from pathlib import Path

import plotly
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage


class PlotlyFinder(BaseFinder):
    """Serves Plotly's own script as `vendor/plotly.min.js`, in the version of the package."""

    name = "vendor/plotly.min.js"
    folder = Path(plotly.__file__).parent / "package_data"

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        found = str(self.folder / "plotly.min.js")
        if path != self.name:
            return []
        return [found] if find_all else found

    def list(self, ignore_patterns):
        storage = FileSystemStorage(location=self.folder)
        storage.prefix = "vendor"
        yield "plotly.min.js", storage
