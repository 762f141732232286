// Keyboard help: Alt and a letter press the button marked with it, Ctrl+Enter sends, errors get the focus.
"use strict";
const MAIN_FORM = "#report, #act";
document.addEventListener("keydown", (event) => {
  // By code, not by key: Alt+S types a letter of its own on some keyboards.
  if (event.altKey && !event.ctrlKey && event.code.startsWith("Key")) {
    const target = document.querySelector(`[data-key="${event.code[3].toLowerCase()}"]`);
    if (target) {
      event.preventDefault();
      target.click();
      return;
    }
  }
  const form = event.target.closest("form") || document.querySelector(MAIN_FORM);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
  }
});
const errors = document.getElementById("errors");
if (errors) errors.focus();
else if (!document.querySelector("[autofocus]")) {
  const first = document.querySelector(":is(#report, #act) :is(input:not([type=hidden]), select, textarea)");
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
