// Keyboard help for forms: Ctrl+Enter sends, errors get the focus, changing the programme reloads its choices.
"use strict";
document.addEventListener("keydown", (event) => {
  const form = event.target.closest && event.target.closest("form");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
  }
});
const errors = document.getElementById("errors");
if (errors) errors.focus();
else {
  const first = document.querySelector("#report input:not([type=hidden]), #report select");
  if (first) first.focus();
}
const programme = document.querySelector("#report #id_programme");
if (programme) {
  const change = programme.form.querySelector("button[name=change]");
  change.hidden = true;
  programme.addEventListener("change", () => change.click());
}
document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", () => {
  // A second press of the button while the first is on its way would only be answered "known".
  form.querySelectorAll("button:not([name])").forEach((b) => setTimeout(() => { b.disabled = true; }));
}));
window.addEventListener("pageshow", () => document.querySelectorAll("button:disabled").forEach((b) => { b.disabled = false; }));
