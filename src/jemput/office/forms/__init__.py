"""Forms made from the entry models: one description of a field, for the journal and for the screen."""

from jemput.office.forms.entry import EntryForm, in_words
from jemput.office.forms.situation import Situation

__all__ = ["EntryForm", "Situation", "in_words"]
