// The look-up box as a combobox: arrows walk through the hits while the text field keeps the focus.
// Without htmx, which would be half of what a case page may weigh.
"use strict";
(() => {
  const PAUSE = 250;
  const box = document.getElementById("who");
  const place = document.getElementById("who_hits");
  const said = document.getElementById("who_said");
  let at = -1;
  let pause = 0;
  let question = new AbortController();
  const hits = () => [...place.querySelectorAll(".hit")];

  // A newer question gives up the older one, so that no late answer takes its place.
  function ask(wait) {
    clearTimeout(pause);
    question.abort();
    const { signal } = (question = new AbortController());
    pause = setTimeout(async () => {
      const body = new URLSearchParams({ q: box.value, typing: "1" });
      const token = box.form.querySelector("[name=csrfmiddlewaretoken]").value;
      try {
        const answer = await fetch(box.dataset.ask, { method: "POST", body, signal, headers: { "X-CSRFToken": token } });
        if (!answer.ok || answer.redirected) throw new Error("no answer");
        const html = await answer.text();
        if (signal.aborted) return;
        place.innerHTML = html;
      } catch {
        if (signal.aborted) return;
        place.innerHTML = '<p class="notice warn" data-said></p>';
        place.firstChild.textContent = box.dataset.failed;
      }
      dress();
    }, wait);
  }

  function choose(next) {
    const all = hits();
    at = all.length ? (next + all.length) % all.length : -1;
    all.forEach((hit, n) => hit.setAttribute("aria-selected", n === at));
    if (at < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  // The server sends a list of buttons, which is what there is without this script.
  function dress() {
    const list = place.querySelector(".hits");
    box.setAttribute("aria-expanded", Boolean(list));
    box.removeAttribute("aria-activedescendant");
    at = -1;
    box.removeAttribute("aria-controls");
    if (list) {
      list.id = "who_list";
      box.setAttribute("aria-controls", list.id);
      list.setAttribute("role", "listbox");
      list.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));
      hits().forEach((hit, n) => {
        hit.id = `who_${n}`;
        hit.tabIndex = -1;
        hit.setAttribute("role", "option");
        hit.setAttribute("aria-selected", "false");
      });
    }
    const words = place.querySelector("[data-said]");
    said.textContent = words ? words.textContent : "";
  }

  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const open = hits().length > 0;
    if (event.key === "ArrowDown" && open) choose(at + 1);
    else if (event.key === "ArrowUp" && open) choose(at < 0 ? -1 : at - 1);
    else if (event.key === "Escape" && open) {
      clearTimeout(pause);
      question.abort();
      place.textContent = "";
      dress();
    } else if (event.key === "Enter") {
      // Enter in a form would send it: here it takes the hit, or asks at once.
      if (at >= 0) hits()[at].click();
      else ask(0);
    } else return;
    event.preventDefault();
  });
  box.form.querySelector("[name=_look]").addEventListener("click", (event) => {
    event.preventDefault();
    ask(0);
    box.focus();
  });
  box.addEventListener("input", () => ask(PAUSE));
  dress();
})();
