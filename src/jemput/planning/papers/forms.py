"""What is asked when a letter is signed or checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from jemput.core.text import BadInput, Words, plain

MOST_BYTES = 5_000_000


class SignForm(forms.Form):
    """The number of the letter, and the version of the plan that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Number of the assignment order"), max_length=80,
        help_text=_("As in the office's register of letters, for example 800/123/406.017/2026"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=_("I have read the draft, and I sign this letter"), required=True,
        error_messages={"required": _("Read the draft, then say here that you sign.")},
    )  # fmt: skip

    def clean_number(self) -> str:
        """Without what nobody sees."""
        return plain(self.cleaned_data["number"])

    def refuse(self, bad: BadInput) -> None:
        """Say at the form why it was not signed."""
        said = {k: now(v.message) if isinstance(v, Words) else v for k, v in bad.words.params.items()}
        self.add_error(None, now(bad.words.message) % said if said else now(bad.words.message))


class CheckForm(forms.Form):
    """The file to be checked."""

    file = forms.FileField(
        label=_("File of the letter (PDF)"),
        help_text=_("As it was downloaded or received. A scan or a photo of the paper cannot be checked."),
        error_messages={"required": _("Choose the file of the letter."), "empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_file(self) -> Any:
        """No larger than a letter can be."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large to be a letter."))
        return file
