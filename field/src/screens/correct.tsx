/** An officer's own entry, written anew: what differs is said in another entry, with the reason, and both stay. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { act, draft, idIn, me, newId, useCase, type Case } from "../app/office";
import { go, href, type Params } from "../app/routes";
import { Busy, Button, Empty, Field, Notice, Page } from "../app/ui";
import { correctionOf } from "../core/corrections";
import type { Entry } from "../core/entries/base";
import { _, words, type Words } from "../core/text";
import { rewritten, typedOf, type Typed } from "../forms/filled";
import { Discard, Questions } from "../forms/Form";
import { showFirst } from "../forms/first";
import { say } from "../messages";
import { canTakeBack, ownEntries, questionsTo, stepFor } from "./own";
import { saved } from "./saved";
import { situationOf } from "./situation";
import "./screens.css";

export default function Correct({ params }: { params: Params }) {
  const c = useCase(params.stream!);
  const back = href(`kasus/${params.stream}`);
  if (c === undefined) return <Busy />;
  const own = c && me.value && ownEntries(c, me.value.lease.account).find(({ entry }) => entry.id === params.entry);
  if (!c || !own) {
    return (
      <Page title={_("Not here")} back={back}>
        <Empty>{say(_("This entry is not on this phone any more. Call the office to have it corrected."))}</Empty>
      </Page>
    );
  }
  return <Form key={own.entry.id} c={c} entry={own.entry} label={say(own.label)} back={back} />;
}

function Form({ c, entry, label, back }: { c: Case; entry: Entry; label: string; back: string }) {
  const s = situationOf(c, stepFor(c.programme, entry));
  const questions = questionsTo(entry, s);
  const first = { ...typedOf(questions, entry.body), why: say(_("Typing mistake")), correction: newId() };
  const kept = useMemo(() => draft<Typed>(`correct:${entry.id}`, c.stream, first), [entry.id]);
  const [faults, busy] = [useSignal<ReadonlyMap<string, Words>>(new Map()), useSignal(false)];
  const [isNothing, noReason] = [useSignal(false), useSignal<Words | undefined>(undefined)];
  const typed = kept.values.value;
  const isWritten = !!typed && !busy.value && c.entries.some(({ id }) => id === typed.correction);
  useEffect(() => {
    if (isWritten) void away(); // it was handed in, and the phone stopped before the draft was gone
  }, [isWritten]);
  if (!typed || isWritten) return <Busy />;

  async function away(): Promise<void> {
    await kept.drop();
    go(back.replace(/^#\//, ""), true);
  }

  async function write(values: object): Promise<void> {
    busy.value = true;
    try {
      await act(c.stream, "corrected", { entry: entry.id, ...values, reason: String(typed!.why).trim() }, { id: await idIn(kept, c.stream, "correction") });
      saved.value = { stream: c.stream, what: { id: label } };
      await away();
    } finally {
      busy.value = false;
    }
  }

  const hasReason = (): boolean => {
    noReason.value = String(typed.why).trim() ? undefined : words(_("Fill in this field."));
    if (noReason.value) showFirst(new Map([["why", noReason.value]]));
    return !noReason.value;
  };

  function save(): void {
    const { body, faults: found } = rewritten(entry, questions, typed!, s);
    faults.value = found ?? new Map();
    if (!body) return showFirst(faults.value);
    const values = correctionOf(entry, body);
    isNothing.value = !values;
    if (values && hasReason()) void write(values);
  }

  return (
    <Page title={words(_("Correct: %(what)s"), { what: label })} back={back}>
      {c.person.name && <p><strong>{c.person.name}</strong></p>}
      <Notice>
        <p>{say(_("Change what was wrong. The office sees what was written first, what holds now, and why."))}</p>
      </Notice>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy.value) save();
        }}
      >
        <Questions
          questions={questions}
          typed={typed}
          faults={faults.value}
          onType={(name, value) => {
            isNothing.value = false;
            void kept.set({ [name]: value });
          }}
        />
        <div id="q-why">
          <Field label={_("Why it was wrong")} rows={2} required maxLength={4000} value={String(typed.why)} fault={noReason.value} onInput={(why) => void kept.set({ why })} />
        </div>
        {isNothing.value && <Notice kind="bad">{say(_("Nothing was changed. Change what was wrong, or go back."))}</Notice>}
        <Button kind="main" type="submit" isBusy={busy.value}>
          {say(_("Save the correction"))}
        </Button>
      </form>
      <Discard onDiscard={away} />
      {canTakeBack(entry) && (
        <details>
          <summary>{say(_("This did not happen at all"))}</summary>
          <p>{say(_("Then the whole entry no longer holds. Write above why."))}</p>
          <Button kind="danger" isBusy={busy.value} onClick={() => hasReason() && write({ void: true })}>
            {say(_("Take the entry back"))}
          </Button>
        </details>
      )}
    </Page>
  );
}
