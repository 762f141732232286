/** Leads to the first question that lacks something: into the middle of the screen, and there with the keyboard. */
import type { Words } from "../core/text";

export function showFirst(faults: ReadonlyMap<string, Words>): void {
  const [first] = faults.keys();
  setTimeout(() => {
    const place = document.getElementById(`q-${first}`);
    place?.closest("details")?.setAttribute("open", "");
    place?.scrollIntoView({ block: "center" });
    place?.querySelector<HTMLElement>("input, select, textarea, button")?.focus({ preventScroll: true });
  });
}
