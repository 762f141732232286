/**
 * One act of a case: its form, saved at every keystroke. Whoever is called away finds it as it was; what is handed
 * in is written once, whatever happens to the phone meanwhile.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { act, draft, idIn, me, useCase, type Case, type Draft } from "../app/office";
import { go, href, type Params } from "../app/routes";
import { Busy, Button, ButtonLink, Empty, Notice, Page } from "../app/ui";
import { Unfit, type JSONObject, type Kind } from "../core/entries/base";
import { KINDS } from "../core/generated/kinds";
import { GENERAL, objections, type Action } from "../core/rules";
import { _, words, type Words } from "../core/text";
import { drawn, drawnNames, type Situation } from "../forms/situation";
import { follow, opened, read, type Typed } from "../forms/filled";
import { showFirst } from "../forms/first";
import { Discard, Questions } from "../forms/Form";
import { questionsOf } from "../forms/questions";
import { SignaturePad } from "../forms/Signature";
import { say } from "../messages";
import { asText, fromText } from "../photos/kept";
import { photosOf } from "../store/drafts";
import { Photos } from "../photos/Photos";
import { LookUp } from "../people/LookUp";
import { refilled, used } from "../people/picked";
import { saved } from "./saved";
import { situationOf } from "./situation";
import { endOf, wayOf } from "./walk";
import "./screens.css";

export default function Act({ params }: { params: Params }) {
  const c = useCase(params.stream!);
  const back = href(`kasus/${params.stream}`);
  if (c === undefined) return <Busy />;
  const action = c?.actions.find(({ key }) => key === params.key);
  if (!c || !action || !isMine(action)) {
    return (
      <Page title={_("Not here")} back={back}>
        <Empty>{say(_("This cannot be done here. Go back to the case and choose what comes next."))}</Empty>
      </Page>
    );
  }
  return <Form key={`${c.stream}:${action.key}`} c={c} action={action} back={back} />;
}

/** Acts that say who the person is: the register may fill them in. */
const KNOWS_WHO: readonly Kind[] = ["person_described", "biodata_checked"];

export const isMine = ({ step, kind }: Action): boolean =>
  (step ? step.duties : (GENERAL[kind]?.duties ?? [])).includes(me.value!.duty);

/** The draft of a form with its numbers, once it is read. */
function useForm(key: string, stream: string, kind: Kind, s: Situation): Draft<Typed> | null {
  const form = useSignal<Draft<Typed> | null>(null);
  useEffect(() => {
    void opened(kind, s).then((first) => {
      form.value = draft<Typed>(key, stream, first);
    });
  }, [key]);
  return form.value;
}

function Form({ c, action, back }: { c: Case; action: Action; back: string }) {
  const { kind, step } = action;
  const key = `${c.stream}:${action.key}`;
  const s = situationOf(c, action.step);
  const form = useForm(key, c.stream, kind, s);
  const pictures = useMemo(() => draft<{ photos?: string[] }>(photosOf(key), c.stream, {}), [key]);
  const [faults, doubts] = [useSignal<ReadonlyMap<string, Words>>(new Map()), useSignal<Words[]>([])];
  const [signed, busy] = [useSignal<Blob | null>(null), useSignal(false)];
  const typed = form?.values.value;
  const isWritten = !!typed && !busy.value && c.entries.some(({ id }) => id === typed.entry);
  useEffect(() => {
    if (isWritten) void away(); // it was handed in, and the phone stopped before the draft was gone
  }, [isWritten]);
  const needed = drawnNames(kind, s);
  const lacks = !!typed && !busy.value && !isWritten && needed.some((name) => !typed[name]);
  useEffect(() => {
    if (lacks) void drawn(kind, s, String(typed.entry)).then((more) => form!.set(more)); // its visit ended meanwhile
  }, [lacks]);
  if (!form || !typed || isWritten) return <Busy />;

  const numbers = needed.includes("receipt") ? String(typed.receipt) : null;
  const questions = questionsOf(kind, s);
  const takesFiles = "files" in KINDS[kind].fields;
  const onType = (name: string, value: unknown) => {
    void form.set({ ...follow(kind, name, value, s, typed), [name]: value });
    mended(name);
  };
  const mended = (name: string) => {
    if (faults.value.has(name)) faults.value = new Map([...faults.value].filter(([one]) => one !== name));
  };
  const onSigned = (image: Blob | null) => {
    signed.value = image;
    if (image) mended("proof");
  };

  async function away(to = back): Promise<void> {
    await form!.drop();
    go(to.replace(/^#\//, ""), true);
  }

  async function save(isSure: boolean): Promise<void> {
    const { body, faults: found } = read(kind, typed!, s);
    const missing = new Map(found);
    if (kind === "delivered" && isSigned(kind, typed!) && !signed.value) missing.set("proof", words(_("Sign, or choose another proof.")));
    faults.value = missing;
    if (!body || missing.size) return showFirst(missing);
    if (KNOWS_WHO.includes(kind)) Object.assign(body, used(typed!.picked, body as JSONObject));
    const against = objections(c.programme, c.state, me.value!, kind, body as never);
    doubts.value = isSure ? [] : against;
    if (against.length && !isSure) return;
    busy.value = true;
    try {
      const photos = (pictures.values.value?.photos ?? []).map(fromText);
      const files = takesFiles ? [...(signed.value ? [signed.value] : []), ...photos] : [];
      await act(c.stream, kind, body as JSONObject, { files, id: await idIn(form!, c.stream, "entry") });
      saved.value = { stream: c.stream, what: action.label };
      await away(afterwards(c, kind, body as JSONObject) ?? back);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      faults.value = error.faults;
      showFirst(faults.value);
    } finally {
      busy.value = false;
    }
  }

  return (
    <Page title={action.label} back={back}>
      {c.person.name && <p><strong>{c.person.name}</strong></p>}
      {step?.help && (
        <Notice>
          <p>{say(step.help)}</p>
        </Notice>
      )}
      {numbers && (
        <Notice>
          <p>
            {say(_("Receipt number"))}: <strong class="number">{numbers}</strong>
          </p>
          <p>{say(_("Write it on the receipt that stays with the family. It holds, also without signal."))}</p>
        </Notice>
      )}
      {kind === "form_filled" && <Lacking c={c} />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy.value) void save(false);
        }}
      >
        {KNOWS_WHO.includes(kind) && (
          <LookUp
            onPick={async (picked) => {
              const names = questions.flatMap(({ name }) => (name === "area" ? [] : name)); // the person may be elsewhere now
              void form.set(refilled(picked, typed, await opened(kind, s), names));
            }}
          />
        )}
        <Questions questions={questions} typed={typed} faults={faults.value} onType={onType} />
        {takesFiles && isSigned(kind, typed) && <SignaturePad hasProofs={kind === "delivered"} onSigned={onSigned} />}
        {takesFiles && (
          <Photos
            photos={(pictures.values.value?.photos ?? []).map(fromText)}
            onChange={async (photos) => pictures.set({ photos: await Promise.all(photos.map(asText)) })}
          />
        )}
        {!!step?.evidence.length && (
          <p class="help">{say(words(_("On paper: %(papers)s."), { papers: step.evidence }))}</p>
        )}
        {doubts.value.length > 0 ? (
          <Notice kind="warn" isUrgent>
            <p>{say(_("The programme has it otherwise:"))}</p>
            <ul>
              {doubts.value.map((doubt) => (
                <li key={doubt.message}>{say(doubt)}</li>
              ))}
            </ul>
            <p>{say(_("If it happened so, note it all the same. It is kept and marked for the office."))}</p>
            <Button kind="main" isBusy={busy.value} onClick={() => save(true)}>
              {say(_("It happened so: save"))}
            </Button>
          </Notice>
        ) : (
          <Button kind="main" type="submit" isBusy={busy.value}>
            {say(_("Save"))}
          </Button>
        )}
        <p class="help" role="status">
          {say(_("All that you type is kept on this phone. You can stop at any time and go on later."))}
        </p>
      </form>
      <Discard onDiscard={away} />
    </Page>
  );
}

/** What the forms of the register ask too, and nobody has said yet. It is written where it belongs, and this form waits. */
const ON_THE_FORM = ["name", "birth_date", "birth_place", "mother", "address"] as const;

function Lacking({ c }: { c: Case }) {
  const lacks = ON_THE_FORM.filter((name) => !c.person[name]);
  const where = c.actions.find((action) => action.kind === "person_described" && !action.reasons.length && isMine(action));
  if (!lacks.length || !where) return null;
  return (
    <Notice kind="warn">
      <p>{say(words(_("Not known yet, and asked on the form: %(facts)s."), { facts: lacks.map((name) => words(KINDS.reported.fields[name]!.title!)) }))}</p>
      <ButtonLink href={href(`kasus/${c.stream}/${where.key}`)}>{say(_("Write these first"))}</ButtonLink>
    </Notice>
  );
}

/** Whether a name is written under it: what changes hands, and not where another proof was chosen. */
const isSigned = (kind: Kind, typed: Typed): boolean =>
  kind === "delivered" ? typed.proof === "signature" : kind === "originals_collected" || kind === "originals_returned";

/** Where one goes on after an act: who must not be pressed is let alone. */
function afterwards(c: Case, kind: Kind, body: JSONObject): string | null {
  if (kind !== "condition_checked" || body.go_ahead !== false) return null;
  const end = endOf(wayOf(c.programme, c.state, me.value!), c.state);
  return end && href(`kasus/${c.stream}/${end.key}`);
}
