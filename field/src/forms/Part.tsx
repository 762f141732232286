/** A modality: how it went, how often it was tried, the quality that the kit showed. Never the image. */
import { useId } from "preact/hooks";
import { _, words } from "../core/text";
import { isObject, type JSONObject } from "../core/entries/base";
import { say } from "../messages";
import type { Answering } from "./Form";

export function PartField({ question, value, fault, onType }: Answering) {
  const id = useId();
  const part: JSONObject = isObject(value) ? value : {};
  const set = (name: string, one: unknown) => onType({ ...part, [name]: one });
  return (
    <fieldset class="part">
      <legend>{say(question.label)}</legend>
      {fault && <p class="fault">{say(fault)}</p>}
      {question.within!.map(({ name, label, choices, min, max }) =>
        choices.length ? (
          <select
            key={name}
            aria-label={`${say(question.label)}: ${say(label)}`}
            value={String(part[name] ?? "")}
            onChange={(event) => set(name, event.currentTarget.value)}
          >
            {choices.map(([one, said]) => (
              <option key={one} value={one}>
                {say(said)}
              </option>
            ))}
          </select>
        ) : name === "attempts" ? (
          <Counter key={name} label={`${say(question.label)}: ${say(label)}`} value={Number(part[name] ?? 1)} min={min ?? 0} max={max ?? 99} onCount={(n) => set(name, String(n))} />
        ) : (
          <label key={name} class="beside" for={`${id}-${name}`}>
            <span>{say(label)}</span>
            <input id={`${id}-${name}`} inputMode="numeric" autoComplete="off" maxLength={3} value={String(part[name] ?? "")} onInput={(event) => set(name, event.currentTarget.value)} />
          </label>
        ),
      )}
    </fieldset>
  );
}

/** A small number by two large buttons: typing with gloves on a moving boat is no pleasure. */
function Counter({ label, value, min, max, onCount }: { label: string; value: number; min: number; max: number; onCount: (n: number) => void }) {
  return (
    <div class="counter" role="group" aria-label={label}>
      <button type="button" aria-label={say(_("One less"))} disabled={value <= min} onClick={() => onCount(value - 1)}>
        −
      </button>
      <output>{say(words(_("%(n)s tries"), { n: value }))}</output>
      <button type="button" aria-label={say(_("One more"))} disabled={value >= max} onClick={() => onCount(value + 1)}>
        +
      </button>
    </div>
  );
}
