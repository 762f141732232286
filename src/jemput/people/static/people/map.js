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

  // The nearest in that direction: ahead rather than aside, aside rather than nothing.
  function next([dx, dy]) {
    const found = spots.map((spot) => {
      const along = (spot.x - at.x) * dx + (spot.y - at.y) * dy;
      const aside = Math.abs((spot.x - at.x) * dy) + Math.abs((spot.y - at.y) * dx);
      return { spot, along, aside, far: along + 2 * aside };
    });
    const there = found.filter((one) => one.along > 0).sort((one, other) => one.far - other.far);
    const best = there.find((one) => one.along >= one.aside) || there[0];
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
