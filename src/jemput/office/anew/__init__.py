"""Screens for a week whose plan meets life: half-days for a caller, planning anew, what-if, afterwards."""
