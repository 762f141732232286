/** Who the person is, put together from all that was said of them. */
import { split, type Entry, type JSONObject } from "../core/entries/base";
import type { Reported } from "../core/generated/kinds";

/** Facts of the person served, as far as this duty sees them. The newest that was said holds. */
export type Person = Partial<Omit<Reported, "programme" | "programme_hash" | "ticket" | "channel">>;

/** From entries as they hold after their corrections. */
export function personOf(entries: readonly Entry[]): Person {
  const facts: JSONObject = {};
  for (const { kind, body } of entries) {
    if (kind === "reported" || kind === "person_described") Object.assign(facts, ...split(kind, body));
  }
  return facts as Person;
}
