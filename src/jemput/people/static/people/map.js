// The map by keyboard: one stop for Tab, arrows walk to the next village in that direction. Whatever is
// under the pointer or in focus is said below the map.
"use strict";
(() => {
  const map = document.getElementById("map");
  const says = document.getElementById("map-says");
  if (!map || !says) return;
  const spots = [...map.querySelectorAll("a")].map((link) => {
    const circle = link.querySelector("circle");
    return { link, x: circle.cx.baseVal.value, y: circle.cy.baseVal.value };
  });
  if (!spots.length) return;
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  let at = spots[0];

  function stop(spot) {
    at.link.setAttribute("tabindex", "-1");
    at = spot;
    at.link.setAttribute("tabindex", "0");
  }

  function next([dx, dy]) {
    let best = null;
    for (const spot of spots) {
      const along = (spot.x - at.x) * dx + (spot.y - at.y) * dy;
      const aside = Math.abs((spot.x - at.x) * dy) + Math.abs((spot.y - at.y) * dx);
      const far = along + 2 * aside;
      if (along > 0 && (!best || far < best.far)) best = { spot, far };
    }
    return best && best.spot;
  }

  for (const spot of spots) {
    spot.link.setAttribute("tabindex", "-1");
    spot.link.addEventListener("focus", () => {
      stop(spot);
      says.textContent = spot.link.getAttribute("aria-label");
    });
    spot.link.addEventListener("pointerenter", () => {
      says.textContent = spot.link.getAttribute("aria-label");
    });
  }
  stop(at);
  map.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const spot = next(way);
    if (spot) spot.link.focus();
  });
})();
