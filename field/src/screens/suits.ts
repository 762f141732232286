/** In which language and when a person wants to be visited, in words. */
import type { Person } from "../app/person";
import { DayPart, Language, Weekday } from "../core/generated/codes";
import { _, words } from "../core/text";
import { say } from "../messages";

export type Wishes = Pick<Person, "preferred_language" | "preferred_time" | "preferred_days">;

/** "Speak Javanese · suits best: Morning, Monday"; empty where nobody said. */
export function suits({ preferred_language: language, preferred_time: time, preferred_days: days = [] }: Wishes): string {
  const when = [...(time && time !== "all_day" ? [DayPart[time]] : []), ...(days ?? []).map((day) => Weekday[day])];
  return [
    language && say(words(_("Speak %(language)s"), { language: { message: Language[language] } })),
    when.length && say(words(_("suits best: %(when)s"), { when: when.map((message) => ({ message })) })),
  ]
    .filter(Boolean)
    .join(" · ");
}
