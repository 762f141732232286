/** One place, many people: one after another, each with one tap; what must be asked of each opens their own page. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { act, cases, draft, me, programmeOf, readCase, today, type Brief } from "../app/office";
import { go, href, type Params } from "../app/routes";
import { Busy, Button, Choice, Empty, Field, Page } from "../app/ui";
import { ConsentBasis, Partner, VisitOutcome, type Partner as PartnerCode, type VisitOutcome as Outcome } from "../core/generated/codes";
import { _, words } from "../core/text";
import { say } from "../messages";
import { fits, type Stop } from "./day";
import { asksEach, nextTap, outcomeTap, places, type Session, type Writing } from "./roster";
import { useStops } from "./stops";
import { suits } from "./suits";
import "./screens.css";

const OUTCOMES: readonly Outcome[] = ["not_home", "refused", "too_ill", "in_crisis", "moved_away", "kit_failure"];

type Kept = { partners?: PartnerCode[]; consent: ConsentBasis | ""; people: string[]; name: string };

export default function Place({ params }: { params: Params }) {
  const stops = useStops();
  const first = stops && [...places(stops).values()].find((some) => some.some(({ stream }) => stream === params.stream));
  const kept = useMemo(() => draft<Kept>(`place:${params.stream}:${today()}`, params.stream!, { consent: "", people: [], name: "" }), [params.stream]);
  const looked = useSignal("");
  const session = kept.values.value;
  if (!stops || !session) return <Busy />;
  const here = first ?? [];
  const people = peopleOf(session, stops, here);
  if (!people.streams.length) {
    return (
      <Page title={_("One after another")} back={href("hari-ini")}>
        <Empty>{say(_("Nobody is waited for at this place any more today."))}</Empty>
      </Page>
    );
  }
  const partners = session.partners ?? [...new Set(["institution" as const, ...here.flatMap(({ visit }) => visit.partners)])];
  // Who was served leaves the day's stops: the roster keeps them, to be seen that they are done.
  if (people.isNew) kept.set({ people: people.streams, name: people.name, partners });
  const open = new Map(stops.map((stop) => [stop.stream, stop]));
  const done = people.streams.filter((stream) => !open.has(stream)).length;
  const shown = people.streams.filter((stream) => isMeant(cases.value.get(stream), looked.value.trim()));
  const left = shown.filter((stream) => open.has(stream));
  // After somebody it is the turn of who stands below them, and in the end of those who were passed over.
  const turn = left.includes(chosen.value) ? chosen.value : (left.find((stream) => shown.indexOf(stream) > shown.indexOf(chosen.value)) ?? left[0]);
  return (
    <Page title={{ id: people.name }} back={href("hari-ini")}>
      <p role="status">
        <strong>{say(words(_("%(done)s of %(all)s done"), { done, all: people.streams.length }))}</strong>
      </p>
      <details class="bag" open={!done}>
        <summary>{say(_("Said once for all"))}</summary>
        <Choice label={_("Who is present")} many options={PRESENT} least={4} value={partners} onChange={(partners) => kept.set({ partners })} />
        {stops.some(({ stream, hash }) => people.streams.includes(stream) && programmeOf(hash)?.steps.some(({ entry }) => entry === "consent_given")) && (
          <Choice
            label={_("Consent")}
            help={_("Explained to each with support. Where nothing is chosen, it is asked of each.")}
            options={[["", _("Asked of each")], ...Object.entries(ConsentBasis)] as [string, string][]}
            value={session.consent}
            required
            onChange={(consent) => kept.set({ consent: consent as Kept["consent"] })}
          />
        )}
      </details>
      {people.streams.length > MANY && (
        <Field label={_("Name or ticket")} required type="search" autoComplete="off" value={looked.value} onInput={(text) => (looked.value = text)} />
      )}
      <ol class="stops">
        {shown.map((stream) => (
          <li key={stream}>
            <Somebody
              stream={stream}
              stop={open.get(stream)}
              session={{ partners, consent: session.consent || null, supported: true }}
              isTurn={stream === turn}
              onTurn={() => (chosen.value = stream)}
            />
          </li>
        ))}
      </ol>
    </Page>
  );
}

/** Whose turn somebody made it, or who was served last; also when one comes back from their page. */
const chosen = signal("");

/** Of so many, one is looked for by name. */
const MANY = 12;

const isMeant = (brief: Brief | undefined, wanted: string): boolean => !wanted || (!!brief && fits(brief, wanted, ""));

/** Those of the place first. */
const PRESENT = (["institution", "family", "guardian", ...Object.keys(Partner)] as PartnerCode[])
  .filter((one, n, all) => all.indexOf(one) === n)
  .map((one) => [one, Partner[one]] as const);

/** The people of the roster: those kept from before, and who came since. */
function peopleOf(kept: Kept, stops: readonly Stop[], here: readonly Stop[]): { streams: string[]; name: string; isNew: boolean } {
  const added = here.map(({ stream }) => stream).filter((stream) => !kept.people.includes(stream));
  // With one left the place is no institution any more, and still this roster's.
  const name = kept.name || (here[0]?.place ?? stops.find(({ stream }) => kept.people.includes(stream))?.place ?? "");
  return { streams: [...kept.people, ...added], name, isNew: added.length > 0 };
}

interface OfSomebody {
  stream: string;
  stop: Stop | undefined;
  session: Session;
  /** Whose turn it is lies open; the others are a line each, and forty of them still a list. */
  isTurn: boolean;
  onTurn: () => void;
}

function Somebody({ stream, stop, session, isTurn, onTurn }: OfSomebody) {
  const busy = useSignal(false);
  const [heading, wasTurn] = [useRef<HTMLHeadingElement>(null), useRef(isTurn)];
  useEffect(() => {
    // The button that was pressed is gone with the person before: whoever listens goes on here.
    if (isTurn && !wasTurn.current && document.activeElement === document.body) heading.current?.focus();
    wasTurn.current = isTurn;
  }, [isTurn]);
  const brief = cases.value.get(stream);
  const name = brief?.name || say(_("Person without a name yet"));

  /** Act by act: each is on the disk before the next, and what was written stays whatever comes. */
  async function work(step: () => Promise<boolean>): Promise<void> {
    busy.value = true;
    try {
      while (await step());
    } finally {
      busy.value = false;
    }
  }
  const write = async (some: readonly Writing[]) => {
    for (const { kind, body } of some) await act(stream, kind, body as never);
  };
  const served = () => {
    onTurn();
    return work(async () => {
      const c = await readCase(stream);
      const some = c && nextTap(c.programme, c.state, me.value!, session)?.write;
      if (!some) return go(`kasus/${stream}`), false;
      await write(some);
      return some.at(-1)!.kind !== "visit_ended";
    });
  };
  const turnedOut = (outcome: Outcome) =>
    work(async () => {
      const c = await readCase(stream);
      if (c) await write(outcomeTap(c.state, session, outcome));
      return false;
    });

  if (!stop) {
    return (
      <article class="stop line done" aria-label={name}>
        <h2>{name}</h2>
        <a href={href(`kasus/${stream}`)}>{say(brief?.flags.revisit ? _("Not this time: comes again") : _("Done"))}</a>
      </article>
    );
  }
  const programme = programmeOf(stop.hash);
  const wishes = suits(stop.wishes);
  const isAsked = stop.ready.length > 0 || (!!programme && asksEach(programme, me.value!.duty));
  const does = say(isAsked ? _("Go to the person") : _("Everything recorded"));
  const button = (
    <Button kind={isTurn ? "main" : "plain"} isBusy={busy.value} onClick={served} label={`${does}: ${name}`}>
      {does}
    </Button>
  );
  if (!isTurn) {
    return (
      <article class="stop line" aria-label={name}>
        <h2>
          <button type="button" onClick={onTurn}>
            {name}
            {stop.needs && <small>{stop.needs}</small>}
          </button>
        </h2>
        {button}
      </article>
    );
  }
  return (
    <article class="stop now" aria-label={name}>
      <h2 ref={heading} tabIndex={-1}>
        {name}
      </h2>
      {wishes && <p class="need">{wishes}</p>}
      {stop.needs && <p class="need">{stop.needs}</p>}
      {button}
      <details>
        <summary>{say(_("Otherwise"))}</summary>
        {OUTCOMES.map((outcome) => (
          <Button key={outcome} isBusy={busy.value} onClick={() => turnedOut(outcome)}>
            {say(VisitOutcome[outcome])}
          </Button>
        ))}
        <a class="button quiet" href={href(`kasus/${stream}`)}>
          {say(_("Step by step"))}
        </a>
      </details>
    </article>
  );
}
