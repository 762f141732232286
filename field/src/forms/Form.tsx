/** Draws the questions of a form. Whoever uses it keeps what is typed. */
import { useId } from "preact/hooks";
import { Button, Choice, Field, Notice, Select, type Sayable } from "../app/ui";
import { _, words, type Words } from "../core/text";
import { say } from "../messages";
import type { Typed } from "./filled";
import { PositionField } from "./Position";
import { PartField } from "./Part";
import type { As, Question } from "./questions";

export interface Asked {
  questions: readonly Question[];
  typed: Typed;
  faults: ReadonlyMap<string, Words>;
  onType: (name: string, value: unknown) => void;
}

export function Questions({ questions, ...asked }: Asked) {
  const seldom = questions.filter((question) => question.seldom);
  const stray = [...asked.faults.keys()].find((name) => questions.every((question) => question.name !== name));
  return (
    <>
      <Each questions={questions.filter((question) => !question.seldom)} {...asked} />
      {seldom.length > 0 && (
        <details class="more">
          <summary>{say(words(_("Further questions (%(n)s)"), { n: seldom.length }))}</summary>
          <Each questions={seldom} {...asked} />
        </details>
      )}
      {stray && (
        <div id={`q-${stray}`}>
          <Notice kind="bad">{say(_("This cannot be done here. Go back to the case and choose what comes next."))}</Notice>
        </div>
      )}
    </>
  );
}

/** A form that was begun by mistake, or that fits no more, is thrown away: in two steps, since nothing brings it back. */
export const Discard = ({ onDiscard }: { onDiscard: () => unknown }) => (
  <details>
    <summary>{say(_("Begin anew"))}</summary>
    <Button kind="danger" onClick={onDiscard}>
      {say(_("Discard this form"))}
    </Button>
  </details>
);

const Each = ({ questions, typed, faults, onType }: Asked) => (
  <>
    {questions.map((question) => (
      <div key={question.name} data-name={question.name} id={`q-${question.name}`}>
        <One question={question} value={typed[question.name]} fault={faults.get(question.name)} onType={(value) => onType(question.name, value)} />
      </div>
    ))}
  </>
);

export interface Answering {
  question: Question;
  value: unknown;
  fault: Words | undefined;
  onType: (value: unknown) => void;
}

/** Of a long list so many are shown at first, with those that are chosen. */
const LIKELY = 5;

const YES_NO: [string, Sayable][] = [["yes", _("Yes")], ["no", _("No")]];
/** What was chosen by mistake can be taken back. */
const NOT_KNOWN: [string, Sayable] = ["", _("Not known")];
const NOT_CHOSEN: [string, Sayable] = ["", _("Not chosen")];

/** Keyboards that suit what is typed. */
const INPUTS: Partial<Record<As, object>> = {
  nik: { inputMode: "numeric", autoComplete: "off", maxLength: 24 },
  family_number: { inputMode: "numeric", autoComplete: "off", maxLength: 24 },
  phone: { inputMode: "tel", type: "tel", autoComplete: "off", maxLength: 24 },
  number: { inputMode: "numeric", autoComplete: "off", maxLength: 8 },
  day: { type: "date" },
  name: { autoComplete: "off", maxLength: 150 },
  line: { autoComplete: "off", maxLength: 200 },
  prose: { rows: 3, maxLength: 4000 },
};

export function One({ question, value, fault, onType }: Answering) {
  const { as, label, help, required, choices } = question;
  const about = { label, help, fault, required };
  const text = typeof value === "string" ? value : "";
  switch (as) {
    case "one":
      return <Choice {...about} options={required ? choices : [...choices, NOT_CHOSEN]} value={text} onChange={onType} />;
    case "yes_no":
      return <Choice {...about} isRow options={required ? YES_NO : [...YES_NO, NOT_KNOWN]} value={text} onChange={onType} />;
    case "several":
      return <Choice {...about} many options={choices} least={LIKELY} value={Array.isArray(value) ? (value as string[]) : []} onChange={onType} />;
    case "select":
      return <Select {...about} options={choices} value={text} onChange={onType} />;
    case "tick":
      return <Tick question={question} value={value} fault={fault} onType={onType} />;
    case "position":
      return <PositionField question={question} value={value} fault={fault} onType={onType} />;
    case "part":
      return <PartField question={question} value={value} fault={fault} onType={onType} />;
    default:
      return question.suggested ? (
        <Suggested question={question} value={text} fault={fault} onType={onType} />
      ) : (
        <Field {...about} {...INPUTS[as]} value={text} onInput={onType} />
      );
  }
}

function Tick({ question, value, onType }: Answering) {
  return (
    <fieldset class="choice">
      <label>
        <input type="checkbox" checked={value === true} onChange={(event) => onType(event.currentTarget.checked)} />
        <span>
          {say(question.label)}
          {question.help && <small class="below">{say(question.help)}</small>}
        </span>
      </label>
    </fieldset>
  );
}

/** A line with the register's usual words at hand; others may be written. */
function Suggested({ question, value, fault, onType }: Answering) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {say(question.label)} <small>{say(_("(optional)"))}</small>
      </label>
      {fault && <p id={`${id}-fault`} class="fault" role="alert">{say(fault)}</p>}
      <input
        id={id}
        list={`${id}-list`}
        autoComplete="off"
        maxLength={200}
        value={String(value ?? "")}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? `${id}-fault` : undefined}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      <datalist id={`${id}-list`}>
        {question.suggested!.map((word) => (
          <option key={word} value={word} />
        ))}
      </datalist>
    </div>
  );
}
