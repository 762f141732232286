/** The few parts that screens are made of. What is read goes through `say`; targets are 48 px at least. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import type { Words } from "../core/text";
import { _ } from "../core/text";
import type { Text } from "../core/programme";
import { say } from "../messages";

/** A message id, Words, or an office's own words. */
export type Sayable = string | Words | Text;

/** A screen: its heading, and what is on it. `back` leads one up. */
export function Page({ title, back, children }: { title: Sayable; back?: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!document.activeElement?.closest("main")) heading.current!.focus({ preventScroll: true }); // where a screen reader goes on
  }, []);
  return (
    <>
      <header class="top">
        {back && (
          <a class="back" href={back} aria-label={say(_("Back"))}>
            <Icon path="M15 5l-7 7 7 7" />
          </a>
        )}
        <h1 ref={heading} tabIndex={-1}>{say(title)}</h1>
      </header>
      <div class="page">{children}</div>
    </>
  );
}

/** One thing to do. `main` is the one of the screen; `isBusy` keeps it from being done twice. */
export function Button(props: {
  children: ComponentChildren;
  onClick?: () => unknown;
  type?: "button" | "submit";
  kind?: "main" | "plain" | "quiet" | "danger";
  isBusy?: boolean;
  disabled?: boolean;
  label?: string;
}) {
  const { children, onClick, type = "button", kind = "plain", isBusy = false, disabled = false, label } = props;
  const act = () => {
    if (!isBusy) void onClick?.();
  };
  return (
    <button type={type} class={`button ${kind}`} onClick={act} disabled={disabled} aria-disabled={isBusy} aria-label={label}>
      {isBusy && <span class="spin" aria-hidden="true" />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export const ButtonLink = ({ href, kind = "plain", children }: { href: string; kind?: "main" | "plain" | "quiet"; children: ComponentChildren }) => (
  <a class={`button ${kind}`} href={href}>
    {children}
  </a>
);

interface Labelled {
  label: Sayable;
  help?: Sayable | undefined;
  /** What is wrong with what was typed. */
  fault?: Sayable | undefined;
}

/** A line (or `rows` lines) of text, or a number, a day ...: whatever `type` an input has. */
export function Field(
  props: Labelled & {
    value: string;
    onInput: (value: string) => void;
    type?: "text" | "password" | "tel" | "date" | "time" | "number" | "search";
    rows?: number;
    required?: boolean;
    inputMode?: "text" | "numeric" | "decimal" | "tel" | "search";
    autoComplete?: string;
    maxLength?: number;
    min?: string | number;
    max?: string | number;
    name?: string;
    autofocus?: boolean;
  },
) {
  const { label, help, fault, value, onInput, rows, required = false, ...rest } = props;
  const id = useId();
  const common = {
    id,
    value,
    required,
    "aria-invalid": fault ? true : undefined,
    "aria-describedby": describedBy(id, help, fault),
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>
        {say(label)} {!required && <small>{say(_("(optional)"))}</small>}
      </label>
      {help && <p id={`${id}-help`} class="help">{say(help)}</p>}
      {fault && <p id={`${id}-fault`} class="fault" role="alert">{say(fault)}</p>}
      {rows ? <textarea rows={rows} {...common} {...(rest as object)} /> : <input {...common} {...(rest as object)} />}
    </div>
  );
}

/** One of a few (or, with `many`, some of them): large enough for a thumb. */
export function Choice<C extends string>(
  props: Labelled & {
    options: Readonly<Record<C, Sayable>> | readonly (readonly [C, Sayable])[];
    required?: boolean;
    /** Short answers stand side by side. */
    isRow?: boolean;
    /** Of a long list so many are shown at first, with those that are chosen. */
    least?: number;
  } & ({ many?: false; value: C | null | undefined; onChange: (value: C) => void } | { many: true; value: readonly C[]; onChange: (value: C[]) => void }),
) {
  const { label, help, fault, options, required = false, isRow = false, least = Infinity } = props;
  const id = useId();
  const pairs = (Array.isArray(options) ? options : Object.entries(options)) as readonly (readonly [C, Sayable])[];
  const isAll = useSignal<boolean | C>(pairs.length <= least + 2); // or the first of those that were asked for
  const isOn = (one: C) => (props.many ? props.value.includes(one) : props.value === one);
  const first = useMemo(() => new Set(pairs.filter(([one], n) => n < least || isOn(one)).map(([one]) => one)), []);
  const pick = (one: C) => {
    if (!props.many) props.onChange(one);
    else props.onChange(isOn(one) ? props.value.filter((v) => v !== one) : [...props.value, one]);
  };
  return (
    <fieldset class="choice" aria-describedby={describedBy(id, help, fault)}>
      <legend>
        {say(label)} {!required && <small>{say(_("(optional)"))}</small>}
      </legend>
      {help && <p id={`${id}-help`} class="help">{say(help)}</p>}
      {fault && <p id={`${id}-fault`} class="fault" role="alert">{say(fault)}</p>}
      <div class={isRow ? "row" : undefined}>
        {pairs
          .filter(([one]) => isAll.value || first.has(one) || isOn(one))
          .map(([one, words]) => (
            <label key={one}>
              <input ref={one === isAll.value ? focusOn : null} type={props.many ? "checkbox" : "radio"} name={id} checked={isOn(one)} onChange={() => pick(one)} />
              <span>{say(words)}</span>
            </label>
          ))}
      </div>
      {!isAll.value && (
        <Button kind="quiet" onClick={() => (isAll.value = pairs.find(([one]) => !first.has(one) && !isOn(one))?.[0] ?? true)} label={`${say(_("Show all"))}: ${say(label)}`}>
          {say(_("Show all"))}
        </Button>
      )}
    </fieldset>
  );
}

const describedBy = (id: string, help: unknown, fault: unknown): string | undefined =>
  [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;

/** One of many: the phone's own list. */
export function Select<C extends string>(
  props: Labelled & { options: readonly (readonly [C, Sayable])[]; value: C | ""; onChange: (value: C) => void; required?: boolean },
) {
  const { label, help, fault, options, value, onChange, required = false } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {say(label)} {!required && <small>{say(_("(optional)"))}</small>}
      </label>
      {help && <p id={`${id}-help`} class="help">{say(help)}</p>}
      {fault && <p id={`${id}-fault`} class="fault" role="alert">{say(fault)}</p>}
      <select id={id} value={value} aria-invalid={fault ? true : undefined} aria-describedby={describedBy(id, help, fault)} onChange={(event) => onChange(event.currentTarget.value as C)}>
        <option value="">{say(_("Choose …"))}</option>
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {say(words)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Words that stand out. `bad` is read out at once; so is what `isUrgent`, and the keyboard goes on from there. */
export const Notice = ({ kind = "info", isUrgent, children }: { kind?: "info" | "good" | "warn" | "bad"; isUrgent?: true; children: ComponentChildren }) => (
  <div class={`notice ${kind}`} role={kind === "bad" || isUrgent ? "alert" : kind === "good" ? "status" : undefined} tabIndex={isUrgent && -1} ref={isUrgent && focusOn}>
    {children}
  </div>
);

const focusOn = (there: HTMLElement | null): void => there?.focus();

/** Nothing is here, and what that means. */
export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;

/** Something is being read or sent. */
export const Busy = ({ words = _("One moment …") }: { words?: Sayable }) => (
  <p class="busy" role="status">
    <span class="spin" aria-hidden="true" /> {say(words)}
  </p>
);

export const Icon = ({ path }: { path: string }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={path} />
  </svg>
);
