/** Sign this phone in at the office: scan its square, or type the code. */
import { signal, useSignal } from "@preact/signals";
import { _, words, type Words } from "../core/text";
import { language, say } from "../messages";
import { Refused } from "../sync/call";
import { codeIn, enrol } from "../sync/enrol";
import { reason, STRANGER, syncNow, why } from "../sync/run";
import { phase, speak } from "./phone";
import { Scanner, canScan } from "./scan";
import { Button, Field, Notice, Page } from "./ui";

const code = signal("");

/** A code in the address: the office's square was scanned with the phone's camera. */
function read(): void {
  if (!/^#[0-9A-Za-z-]{10,12}$/.test(location.hash)) return;
  code.value = codeIn(location.hash);
  history.replaceState(null, "", location.pathname + location.search); // it is not kept in the history
}
read();
addEventListener("hashchange", read);

function Code() {
  const [fault, busy, scanning] = [useSignal<Words | undefined>(undefined), useSignal(false), useSignal(false)];
  const send = async (event?: Event) => {
    event?.preventDefault();
    if (busy.value) return;
    fault.value = undefined;
    if (codeIn(code.value).length !== 10) {
      fault.value = words(_("The code has ten letters and digits, as the office shows it."));
      return;
    }
    busy.value = true;
    try {
      await enrol(code.value);
      code.value = "";
      if (phase.value !== "enrolled") void syncNow();
    } catch (error) {
      fault.value = error instanceof Refused ? reason(error)! : words(_("This did not work. Stand where there is signal and press the button again; the same code still holds."));
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <p>{say(_("Ask the office for a code: on its page Devices it shows a square and ten letters. Scan the square, or type the letters."))}</p>
      {scanning.value ? (
        <Scanner
          onFound={(text) => {
            scanning.value = false;
            code.value = codeIn(text);
            void send();
          }}
          onStop={() => (scanning.value = false)}
        />
      ) : (
        canScan() && <Button onClick={() => (scanning.value = true)}>{say(_("Scan the square"))}</Button>
      )}
      <form onSubmit={send} noValidate>
        <Field label={_("Code of the office")} value={code.value} fault={fault.value} onInput={(v) => (code.value = v)} autoComplete="off" maxLength={12} required />
        <Button type="submit" kind="main" isBusy={busy.value}>
          {say(_("Sign this phone in"))}
        </Button>
      </form>
    </>
  );
}

/** Why the last sending did not come to its end. Where the office has forgotten this phone, a code mends it. */
export const Why = () =>
  why.value && (
    <>
      <Notice kind="warn">{say(why.value)}</Notice>
      {why.value.message === STRANGER && <Code />}
    </>
  );

export function Enrol() {
  return (
    <Page title={_("Jemput in the field")}>
      <div class="front">
        <img class="mark" src="./icon.svg" alt="" width="64" height="64" />
        <Code />
        <Notice>{say(_("The app works without signal after this first time. Add it to your home screen to find it again."))}</Notice>
        <Button kind="quiet" onClick={() => speak(language.value === "id" ? "en" : "id")}>
          {language.value === "id" ? "English" : "Bahasa Indonesia"}
        </Button>
      </div>
    </Page>
  );
}
