/** Somebody met on the way who needs a visit: the fewest facts, and a ticket at once. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { draft, me, newCase, newId, reportable, reportOf, today, type Ids } from "../app/office";
import { go, href } from "../app/routes";
import { Busy, Button, ButtonLink, Choice, Empty, Notice, Page } from "../app/ui";
import { Unfit } from "../core/entries/base";
import type { Channel, Duty, Relation } from "../core/generated/codes";
import type { Programme } from "../core/programme";
import { State } from "../core/state";
import { _, words, type Words } from "../core/text";
import { readValues, type Typed } from "../forms/filled";
import { Discard, Questions } from "../forms/Form";
import { questionsOf, type Question } from "../forms/questions";
import { derived, type Situation } from "../forms/situation";
import { say } from "../messages";
import { LookUp } from "../people/LookUp";
import { refilled, used } from "../people/picked";
import "./screens.css";

/** Asked in the order in which people tell. */
const ASKED = [
  ...["name", "birth_about", "sex", "area", "address", "position", "phone", "groups", "documents", "condition", "needs", "note"],
  ...["preferred_language", "preferred_time", "preferred_days"],
];

/** Asked too where the register has filled it in. */
const OF_THE_REGISTER = ["nik", "family_number", "birth_date", "mother"];

/** By which way the report came, and who tells, as the office's own form guesses them. */
const OWN: { [D in Duty]?: [Channel, Relation] } = {
  village_registrar: ["village", "village"],
  rw_agent: ["rw_agent", "neighbourhood_head"],
};

export default function Report() {
  const kept = useMemo(() => draft<Typed & Ids>("report", newId(), { programme: "", stream: newId(), entry: newId() }), []);
  const [faults, busy] = [useSignal<ReadonlyMap<string, Words>>(new Map()), useSignal(false)];
  const ticket = useSignal<{ stream: string; ticket: string } | null>(null);
  const [typed, isAsked] = [kept.values.value, useSignal(false)];
  const offered = reportable.value;
  useEffect(() => {
    if (!typed || isAsked.value) return;
    void reportOf(typed).then(async (found) => {
      ticket.value = found; // it was handed in, and the phone stopped before the draft was gone
      if (found) await kept.drop();
      isAsked.value = true;
    });
  }, [typed]);
  if (!me.value || !typed || !isAsked.value) return <Busy />;
  if (ticket.value) return <Told {...ticket.value} />;
  if (!offered.length) {
    return (
      <Page title={_("Report")} back={href("hari-ini")}>
        <Empty>{say(_("Your duty does not report to any programme of the office from here. Call the office."))}</Empty>
      </Page>
    );
  }
  const programme = offered.find(({ number }) => String(number) === typed.programme) ?? offered[0]!;
  const s = situationOf(programme);
  const questions = asked(s, typed.picked ? OF_THE_REGISTER : []);
  const first: Typed = { sex: "unknown", condition: "unknown", documents: [usual(programme)], ...onlyVillage(s) };
  const shown: Typed = { ...first, ...typed };

  async function save(): Promise<void> {
    const { values, faults: found } = readValues(questions, shown);
    faults.value = found ?? new Map();
    if (!values) return;
    busy.value = true;
    try {
      const [channel, relation] = OWN[me.value!.duty] ?? (["field", "agency"] as const);
      const facts = { ...values, ...derived("reported", values, programme, today()), ...used(typed!.picked, values), channel };
      ticket.value = await newCase(programme, facts, [["reporter_named", { name: me.value!.name, relation }]], typed!);
      await kept.drop();
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      faults.value = error.faults;
    } finally {
      busy.value = false;
    }
  }

  return (
    <Page title={_("Report somebody who needs a visit")} back={href("hari-ini")}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy.value) void save();
        }}
      >
        {offered.length > 1 && (
          <Choice
            label={_("Programme")}
            required
            options={offered.map((p) => [String(p.number), { id: p.name }] as const)}
            value={String(programme.number)}
            onChange={(number) => kept.set({ programme: number })}
          />
        )}
        <LookUp onPick={(picked) => kept.set(refilled(picked, typed, first, [...ASKED, ...OF_THE_REGISTER]))} />
        <Questions questions={questions} typed={shown} faults={faults.value} onType={(name, value) => kept.set({ [name]: value })} />
        {faults.value.size > 0 && (
          <Notice kind="bad">
            <p>{say(_("Something is missing above; it says what."))}</p>
          </Notice>
        )}
        <Button kind="main" type="submit" isBusy={busy.value}>
          {say(_("Hand in the report"))}
        </Button>
      </form>
      <Discard
        onDiscard={async () => {
          await kept.drop();
          go("hari-ini", true);
        }}
      />
    </Page>
  );
}

function situationOf(programme: Programme): Situation {
  const { duty, prefix, office } = me.value!;
  const villages = office.villages.map(({ code, name }) => [code, name] as const);
  return { programme, state: new State(), entries: [], duty, today: today(), prefix, step: null, villages };
}

function asked(s: Situation, more: readonly string[]): Question[] {
  const all = new Map(questionsOf("reported", s).map((question) => [question.name, question]));
  return [ASKED[0]!, ...more, ...ASKED.slice(1)].flatMap((name) => all.get(name) ?? []).map((question) => {
    if (question.name.startsWith("preferred_")) return { ...question, seldom: true };
    if (question.name === "groups") return narrowed(question, s.programme.serves.groups);
    return question.name === "condition" ? narrowed(question, [...s.programme.serves.conditions, "unknown"]) : question;
  });
}

const narrowed = (question: Question, codes: readonly string[]): Question => ({
  ...question,
  choices: question.choices.filter(([code]) => codes.includes(code)),
});

const usual = ({ documents }: Programme): string => (documents.includes("ktp_el") ? "ktp_el" : documents[0]!);

const onlyVillage = ({ villages }: Situation): Typed => (villages.length === 1 ? { area: villages[0]![0] } : {});

const Told = ({ stream, ticket }: { stream: string; ticket: string }) => (
  <Page title={_("The report is noted")} back={href("hari-ini")}>
    <Notice kind="good">
      <p>
        {say(_("Ticket number"))}: <strong class="number">{ticket}</strong>
      </p>
      <p>{say(_("Give this number to the family: with it they can ask how it stands. It goes to the office with the next signal."))}</p>
    </Notice>
    <p>{say(words(_("The service is free of charge.")))}</p>
    <ButtonLink href={href(`kasus/${stream}`)}>{say(_("Open the case"))}</ButtonLink>
  </Page>
);
