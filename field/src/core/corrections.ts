/** Entries as they hold after their corrections: the journal keeps both, readers see what holds. */
import { clearView, partly, split, Unfit, whole, type Body, type Entry, type JSONObject, type Kind } from "./entries/base";
import { KINDS, type Corrected } from "./generated/kinds";

type Correction = Extract<Entry, { kind: "corrected" }>;

/**
 * The entries with their corrections applied in place; entries taken back are left out.
 *
 * A correction may itself be taken back by a later one. Corrections that name an entry that is not there, or
 * whose values do not fit, change nothing: what happened is never lost by a bad correction.
 */
export function asCorrected(entries: readonly Entry[]): readonly Entry[] {
  const corrections = entries.filter((entry): entry is Correction => entry.kind === "corrected");
  if (!corrections.length) return entries;
  const taken = new Set<string>();
  const patches = new Map<string, Corrected[]>();
  for (const { id, body } of corrections.reverse()) {
    // a later one can take back an earlier one
    if (taken.has(id)) continue;
    if (body.void) taken.add(body.entry);
    else patches.set(body.entry, [body, ...(patches.get(body.entry) ?? [])]);
  }
  return entries
    .filter((entry) => !taken.has(entry.id))
    .map((entry) => {
      const found = patches.get(entry.id);
      return found ? ({ ...entry, body: patched(entry.kind, entry.body, found, entry.hidden) } as Entry) : entry;
    });
}

/**
 * The body with new values; the old one where they do not fit together.
 *
 * Of a clear view only the clear fields change. What follows from its seal (that a recording had exceptions,
 * that somebody was found) stands among them and must not be reckoned anew without it.
 */
export function patched(kind: Kind, body: Body, corrections: readonly Corrected[], hidden: readonly string[] = []): Body {
  let [clear, sealed] = split(kind, body);
  const isWhole = Object.keys(sealed).length > 0;
  const becomesWhole = corrections.some((correction) => correction.sealed_values) && !hasSealedRequirement(kind);
  for (const correction of corrections) {
    clear = overlay(clear, correction.clear_values);
    sealed = overlay(sealed, without(correction.sealed_values, hidden));
  }
  try {
    if (hidden.length) return partly(kind, { ...clear, ...sealed }, hidden);
    return isWhole || becomesWhole ? whole(kind, { ...clear, ...sealed }) : clearView(kind, clear);
  } catch (error) {
    if (error instanceof Unfit) return body;
    throw error;
  }
}

const hasSealedRequirement = (kind: Kind): boolean =>
  Object.values(KINDS[kind].fields).some((field) => field.required && !field.clear);

function overlay(values: JSONObject, changed: JSONObject | undefined): JSONObject {
  const merged = Object.entries({ ...values, ...changed });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}

const without = (values: JSONObject | undefined, names: readonly string[]): JSONObject =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([name]) => !names.includes(name)));

/**
 * What turns an entry into `body`: only what differs, each part under its own seal; null when nothing does. The
 * entry as it holds, after earlier corrections.
 */
export function correctionOf({ kind, body: old }: Entry, body: Body): Pick<Corrected, "clear_values" | "sealed_values"> | null {
  const [before, after] = [split(kind, old), split(kind, body)];
  const clear = difference(before[0], after[0]);
  const sealed = difference(before[1], after[1]);
  if (!clear && !sealed) return null;
  return { ...(clear && { clear_values: clear }), ...(sealed && { sealed_values: sealed }) };
}

function difference(old: JSONObject, now: JSONObject): JSONObject | null {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const changed = names.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
  return changed.length ? Object.fromEntries(changed.map((name) => [name, now[name] ?? null])) : null;
}
