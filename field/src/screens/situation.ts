/** What a form must know, from a case as it is now. */
import { me, today, type Case } from "../app/office";
import type { Step } from "../core/programme";
import type { Situation } from "../forms/situation";

export const situationOf = (c: Case, step: Step | null): Situation => ({
  programme: c.programme,
  state: c.state,
  entries: c.entries,
  duty: me.value!.duty,
  today: today(),
  prefix: me.value!.prefix,
  step,
  villages: me.value!.office.villages.map(({ code, name }) => [code, name] as const),
});
