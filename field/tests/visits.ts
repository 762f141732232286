/** A case with a visit promised for today, for the tests of the screens' own logic. */
import { readEntry, whole, type Body, type Entry, type Kind } from "../src/core/entries/base";
import { fold } from "../src/core/fold";
import type { Duty } from "../src/core/generated/codes";
import type { Programme } from "../src/core/programme";
import type { Actor } from "../src/core/rules";
import type { State } from "../src/core/state";
import type { Situation } from "../src/forms/situation";
import { newId } from "../src/store/ids";
import { readJson, VECTORS } from "./vectors";

export const TODAY = "2026-03-04";
export const AREA = "99.01.01.2001";
export const small: Programme = readJson(new URL("programmes/small.json", VECTORS));
export const wide: Programme = readJson(new URL("programmes/wide.json", VECTORS));

/** A case as it grows; `says` puts another entry at its end. */
export class Case {
  readonly stream = newId();
  readonly entries: Entry[] = [];

  constructor(
    readonly programme: Programme,
    facts: object = {},
  ) {
    this.says("reported", "main_admin", {
      programme: programme.number,
      programme_hash: programme.hash,
      ticket: "TRG-7K4M-2X",
      channel: "hotline",
      area: AREA,
      documents: ["ktp_el"],
      ...facts,
    });
  }

  says(kind: Kind, duty: Duty, values: object): this {
    this.writes(kind, duty, whole(kind, { ...values }));
    return this;
  }

  writes(kind: Kind, duty: Duty, body: Body): void {
    const at = `2026-03-04T0${Math.min(this.entries.length, 9)}:00:00+07:00`;
    this.entries.push({ id: newId(), stream: this.stream, actor: "rini", duty, occurred_at: at, kind, body } as Entry);
  }

  get state(): State {
    return fold(() => this.programme, this.entries);
  }

  situation(duty: Duty, step: Situation["step"] = null): Situation {
    const { programme, state, entries } = this;
    return { programme, state, entries, duty, today: TODAY, prefix: "P12", step, villages: [[AREA, "Desa Contoh"]] };
  }
}

export const officer: Actor = { duty: "field_officer", area: "99.01" };

/** A case of the vectors up to the promise of a visit. */
export function promised(facts: object = {}, visit: object = {}): Case {
  const one = new Case(small, facts);
  const raw = readJson(new URL("cases/at-the-door.json", VECTORS)).entries.map(readEntry) as Entry[];
  for (const { kind, duty, body } of raw.slice(1, -2)) one.writes(kind, duty!, body);
  return one.says("visit_scheduled", "scheduler", { visit: newId(), purpose: "record", day: TODAY, ...visit });
}
