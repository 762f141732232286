/** Before the phone is open: choose a PIN, give it, or hand in what is left when it was lost. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { _, words, type Words } from "../core/text";
import { say } from "../messages";
import { choosePin, isPin, NoKey, SHORTEST_PIN, unlock, WrongPin } from "../store/pin";
import { eraseAll } from "./erase";
import { openOffice } from "./office";
import { db, look } from "./phone";
import { here } from "./routes";
import { countUnsent, unsent } from "./unsent";
import { saveExport } from "../sync/export";
import { syncNow, syncing, why } from "../sync/run";
import { Button, Field, Notice, Page } from "./ui";

const PIN_RULE = words(_("6 to 12 digits. No birthday, no 123456."));

function PinField(props: { label: string; value: string; onInput: (value: string) => void; fault?: Words | undefined; isNew?: boolean }) {
  const { label, value, onInput, fault, isNew = false } = props;
  return (
    <Field
      label={label}
      help={isNew ? PIN_RULE : undefined}
      fault={fault}
      value={value}
      onInput={(typed) => onInput(typed.replace(/\D/g, ""))}
      type="password"
      inputMode="numeric"
      autoComplete="off"
      maxLength={12}
      required
      autofocus
    />
  );
}

/** Some PINs are everybody's. */
const isEasy = (pin: string): boolean => /^(\d)\1*$/.test(pin) || "01234567890123".includes(pin) || "98765432109876".includes(pin);

export function ChoosePin() {
  const [pin, again, fault, busy] = [useSignal(""), useSignal(""), useSignal<Words | undefined>(undefined), useSignal(false)];
  const choose = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    fault.value = undefined;
    if (!isPin(pin.value)) fault.value = words(_("The PIN needs at least %(n)s digits."), { n: SHORTEST_PIN });
    else if (isEasy(pin.value)) fault.value = words(_("This PIN is guessed first. Choose another one."));
    else if (pin.value !== again.value) fault.value = words(_("The two PINs differ. Type them once more."));
    if (fault.value) return;
    busy.value = true;
    try {
      await openOffice(choosePin(db(), pin.value));
      await look();
      void syncNow();
    } finally {
      busy.value = false;
    }
  };
  return (
    <Page title={_("Choose a PIN")}>
      <p>{say(_("The PIN opens this phone's cases. Nobody can look it up, and after ten wrong tries the cases are gone from here; what you had written can still be handed in."))}</p>
      <form onSubmit={choose} noValidate>
        <PinField label={_("New PIN")} value={pin.value} onInput={(v) => (pin.value = v)} fault={fault.value} isNew />
        <Field label={_("Once more")} value={again.value} onInput={(v) => (again.value = v.replace(/\D/g, ""))} type="password" inputMode="numeric" autoComplete="off" maxLength={12} required />
        <Button type="submit" kind="main" isBusy={busy.value}>
          {say(_("Keep this PIN"))}
        </Button>
      </form>
    </Page>
  );
}

export function Unlock() {
  const [pin, fault, busy] = [useSignal(""), useSignal<Words | undefined>(undefined), useSignal(false)];
  const tryIt = async (event: Event) => {
    event.preventDefault();
    if (busy.value || !pin.value) return;
    busy.value = true;
    try {
      await openOffice(unlock(db(), pin.value));
      void syncNow("quietly");
    } catch (error) {
      if (error instanceof WrongPin) fault.value = words(_("Wrong PIN. %(left)s tries are left."), { left: error.left });
      else if (error instanceof NoKey) await look();
      else throw error;
    } finally {
      pin.value = "";
      busy.value = false;
    }
  };
  useEffect(() => {
    // There by the time that the PIN is typed; whoever asks for them then says what is wrong.
    void Promise.allSettled([import("../store/stretch"), here.value.route.load()]);
  }, []);
  return (
    <Page title={_("Open the app")}>
      <form onSubmit={tryIt} noValidate>
        <PinField label={_("PIN")} value={pin.value} onInput={(v) => (pin.value = v)} fault={fault.value} />
        <Button type="submit" kind="main" isBusy={busy.value}>
          {say(_("Open"))}
        </Button>
      </form>
      <Waiting />
    </Page>
  );
}

/** A closed phone still hands in. */
function Waiting() {
  const { waiting, files } = unsent.value;
  if (!waiting && !files) return null;
  return (
    <>
      <Notice kind="warn">{say(words(_("%(n)s entries have not been sent yet. They can be sent without the PIN."), { n: waiting }))}</Notice>
      <Button onClick={() => syncNow()} isBusy={syncing.value}>
        {say(_("Send now"))}
      </Button>
      {why.value && <Notice kind="warn">{say(why.value)}</Notice>}
    </>
  );
}

export function Lost() {
  useEffect(() => void countUnsent(), []);
  const { waiting, held, files, drafts } = unsent.value;
  const isIn = !waiting && !held && !files && !drafts;
  const exported = useSignal(false);
  return (
    <Page title={_("The cases on this phone are gone")}>
      <Notice kind="bad">{say(_("The PIN was wrong ten times. Nobody can read what was here any more."))}</Notice>
      {isIn ? (
        <p>{say(_("All that you had written is with the office. Ask the office for a new code to begin again."))}</p>
      ) : (
        <>
          <p>{say(words(_("What you had written and not yet sent (%(n)s entries, %(files)s files, %(drafts)s begun forms) is sealed for the office and can still be handed in."), { n: waiting + held, files, drafts }))}</p>
          <Button kind="main" onClick={() => syncNow()} isBusy={syncing.value}>
            {say(_("Send now"))}
          </Button>
          {why.value && <Notice kind="warn">{say(why.value)}</Notice>}
          <Button onClick={async () => (exported.value = await saveExport())}>{say(_("Save a sealed file for the office"))}</Button>
        </>
      )}
      {(isIn || exported.value) && (
        <Button kind={isIn ? "main" : "danger"} onClick={eraseAll}>
          {say(_("Erase this phone and begin again"))}
        </Button>
      )}
    </Page>
  );
}
