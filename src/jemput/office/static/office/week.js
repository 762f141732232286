// The week's board: cards are dragged to another team, day or place; the form of the page does the change.
// Without this script, or by keyboard, the form beside the board does the same.
"use strict";
(() => {
  // Where one was on the page, kept over the change.
  const KEY = "jemput.week.scroll";
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (kept && !location.hash && !document.querySelector("[role=alert]")) scrollTo(0, Number(kept));
  document.addEventListener("submit", () => sessionStorage.setItem(KEY, String(scrollY)));

  // How far the search is; when it is over, the board is read again.
  const look = async () => {
    const going = document.getElementById("going");
    if (!going) return;
    try {
      const answer = await fetch(going.dataset.progress, { headers: { Accept: "text/html" } });
      if (answer.status === 204 || answer.redirected) return location.replace(location.pathname);
      if (answer.ok) {
        const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("going");
        const stop = going.querySelector("form");
        going.querySelector("p").replaceWith(part.querySelector("p"));
        going.querySelector("progress").value = part.querySelector("progress").value;
        if (!stop) going.replaceWith(part);
      }
    } catch {
      // The next look may succeed.
    }
    setTimeout(look, 1000);
  };
  if (document.getElementById("going")) setTimeout(look, 700);

  const form = document.getElementById("drag");
  if (!form) return;
  let card = null;
  const visitOf = (item) =>
    item.dataset.visit || new URL(item.querySelector("a").href).searchParams.get("visit");
  const clear = () => {
    for (const one of document.querySelectorAll(".over,.here")) one.classList.remove("over", "here");
  };
  const stopsOf = (list) => [...list.querySelectorAll(".stop")].filter((one) => one !== card);
  const below = (list, y) =>
    stopsOf(list).find((one) => {
      const box = one.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });

  document.addEventListener("dragstart", (event) => {
    card = event.target.closest("[draggable=true]");
    if (!card) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    card.classList.add("dragging");
  });
  document.addEventListener("dragend", () => {
    if (card) card.classList.remove("dragging");
    card = null;
    clear();
  });
  for (const block of document.querySelectorAll(".block:not(.past)")) {
    const list = block.querySelector(".stops");
    if (!list) continue;
    block.addEventListener("dragover", (event) => {
      if (!card) return;
      event.preventDefault();
      clear();
      list.classList.add("over");
      const next = below(list, event.clientY);
      if (next) next.classList.add("here");
    });
    block.addEventListener("drop", (event) => {
      if (!card) return;
      event.preventDefault();
      const all = stopsOf(list);
      const next = below(list, event.clientY);
      form.elements.visit.value = visitOf(card);
      form.elements.day.value = list.dataset.day;
      form.elements.team.value = list.dataset.team;
      form.elements.position.value = String(1 + (next ? all.indexOf(next) : all.length));
      form.requestSubmit();
    });
  }
})();
