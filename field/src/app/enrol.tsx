/** Sign this phone in at the office: scan its square, or type the code. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { _, words, type Words } from "../core/text";
import { language, say } from "../messages";
import { NoAnswer, Refused } from "../sync/call";
import { codeIn, enrol } from "../sync/enrol";
import { speak } from "./phone";
import { Scanner, canScan } from "./scan";
import { StorageCheck } from "./storage";
import { Button, Field, Notice, Page } from "./ui";

/** A code in the address: the office's square was scanned with the phone's camera. */
const codeOfAddress = (): string => (/^#[0-9A-Za-z-]{10,12}$/.test(location.hash) ? codeIn(location.hash) : "");

export function Enrol() {
  const code = useSignal("");
  const [fault, busy, scanning] = [useSignal<Words | undefined>(undefined), useSignal(false), useSignal(false)];
  useEffect(() => {
    const read = () => {
      code.value = codeOfAddress() || code.value;
      history.replaceState(null, "", location.pathname + location.search); // a code is not kept in the history
    };
    read();
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
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
    } catch (error) {
      if (error instanceof Refused) fault.value = words(_("The office answered: %(words)s"), { words: error.message });
      else if (error instanceof NoAnswer) fault.value = words(_("No answer from the office. Stand where there is signal and press the button again; the same code still holds."));
      else fault.value = words(_("This did not work. Wait a moment and press the button again."));
    } finally {
      busy.value = false;
    }
  };
  return (
    <Page title={_("Jemput in the field")}>
      <div class="front">
        <img class="mark" src="./icon.svg" alt="" width="64" height="64" />
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
        <StorageCheck />
        <Notice>{say(_("The app works without signal after this first time. Add it to your home screen to find it again."))}</Notice>
        <Button kind="quiet" onClick={() => speak(language.value === "id" ? "en" : "id")}>
          {language.value === "id" ? "English" : "Bahasa Indonesia"}
        </Button>
      </div>
    </Page>
  );
}
