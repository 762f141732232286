/** All screens of the app, one line each. The address is `#/path`; `:name` in it is given to the screen. */
import type { ComponentType } from "preact";
import { computed, signal } from "@preact/signals";
import { _ } from "../core/text";

export type Params = Record<string, string>;

export interface Route {
  path: string;
  /** What the window is called (a message id). */
  title: string;
  load: () => Promise<{ default: ComponentType<{ params: Params }> }>;
  /** Stands in the bar at the bottom, with this picture (a path on a field of 24 by 24). */
  icon?: string;
}

const HOME = "M4 11 12 4l8 7v9h-5v-6H9v6H4z";
const FILES = "M4 6h6l2 3h8v10H4z";
const ARROWS = "M4 9h13l-4-4M20 15H7l4 4";

export const ROUTES: readonly Route[] = [
  { path: "hari-ini", title: _("Today"), icon: HOME, load: () => import("../screens/today") },
  { path: "kasus", title: _("Cases"), icon: FILES, load: () => import("../screens/cases") },
  { path: "kasus/:stream", title: _("Case"), load: () => import("../screens/case") },
  { path: "kasus/:stream/:key", title: _("Step"), load: () => import("../screens/act") },
  { path: "perbaiki/:stream/:entry", title: _("Correct an entry"), load: () => import("../screens/correct") },
  { path: "tempat/:stream", title: _("One after another"), load: () => import("../screens/place") },
  { path: "lapor", title: _("Report"), load: () => import("../screens/report") },
  { path: "sinkron", title: _("Sending"), icon: ARROWS, load: () => import("./sending") },
  { path: "pengaturan", title: _("Settings"), load: () => import("./settings") },
];

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

/** The screen of the address, and what stands in it. Anything unknown leads to the first one. */
export const here = computed((): { route: Route; params: Params; path: string } => {
  const path = hash.value.replace(/^#\/?/, "");
  for (const route of ROUTES) {
    const params = match(route.path, path);
    if (params) return { route, params, path };
  }
  return { route: ROUTES[0]!, params: {}, path: ROUTES[0]!.path };
});

function match(pattern: string, path: string): Params | null {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [n, part] of wanted.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(given[n]!);
    else if (part !== given[n]) return null;
  }
  return params;
}

/** The address of a screen, for links: `href(`kasus/${stream}`)`. */
export const href = (path: string): string => `#/${path}`;

/** Go there; `replace` leaves no step to come back to. */
export function go(path: string, replace = false): void {
  if (replace) {
    history.replaceState(null, "", href(path));
    hash.value = href(path);
  } else location.hash = href(path);
}
