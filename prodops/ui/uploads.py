"""Files that come with a form: several at once, and none larger than it may be."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

LARGEST = 2 << 30


class FilesInput(forms.FileInput):
    """One input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploaded files, as they came; whoever asks for them says which may stay."""

    widget = FilesInput

    def clean(self, value, initial=None):
        files = [file for file in value or [] if file is not None]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files


class CappedUpload(FileUploadHandler):
    """Stops writing a file once it is larger than any may be, and takes none from strangers.

    The rest of it is read and dropped, so that the form comes through whole and can say so: the
    file is then one byte larger than allowed. The name of the field decides (`UPLOAD_LIMITS`).
    """

    room = 0

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise SkipFile
        self.room = settings.UPLOAD_LIMITS.get(field_name, LARGEST) + 1

    def receive_data_chunk(self, raw_data, start):
        kept = raw_data[: self.room]
        self.room -= len(kept)
        return kept or None

    def file_complete(self, file_size):
        """Leave the file to the handlers that keep it."""
