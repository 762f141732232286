"""An open key for every journal."""

from tests.journal.conftest import office_key  # noqa: F401  (a fixture)
