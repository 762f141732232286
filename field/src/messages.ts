/** The words of the app in two languages: English stands in the code, Indonesian comes from the PO files. */
import { signal } from "@preact/signals";
import indonesian from "./core/generated/id.json";
import { isWords, type Words } from "./core/text";
import { inLanguage, type Text } from "./core/programme";

export type Language = "id" | "en";

export const language = signal<Language>("id");

const INDONESIAN: Record<string, string> = indonesian;
const PLACE = /%\((\w+)\)s/g;

/** What people read: a message id, Words with their values, an office's own words, or a list of these. */
export function say(value: string | Words | Text | readonly unknown[]): string {
  if (Array.isArray(value)) return value.map(part).join(", ");
  if (typeof value === "string") return language.value === "id" ? (INDONESIAN[value] ?? value) : value;
  if (!isWords(value)) return inLanguage(value as Text, language.value);
  return say(value.message).replace(PLACE, (_place, name: string) => part(value.params?.[name]));
}

/** A value inside a message: words are translated, names and numbers stand as they are. */
const part = (value: unknown): string =>
  Array.isArray(value) ? value.map(part).join(", ") : typeof value === "object" && value ? say(value as Words) : String(value ?? "");

/** A moment as people here read it. */
export const moment = (ms: number): string =>
  new Date(ms).toLocaleString(language.value === "id" ? "id-ID" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
