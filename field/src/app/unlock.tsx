/** Before the phone is open: its PIN, and sending, which needs none. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { _, words, type Words } from "../core/text";
import { say } from "../messages";
import { NoKey, typing, unlock, WrongPin } from "../store/pin";
import { letGo, prepare } from "../store/stretch";
import { syncNow, syncing } from "../sync/run";
import { PinField } from "./pinField";
import { Why } from "./enrol";
import { openOffice } from "./office";
import { db, look } from "./phone";
import { here } from "./routes";
import { Button, Notice, Page } from "./ui";
import { unsent } from "./unsent";

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
    prepare();
    void here.value.route.load().catch(() => {}); // there by the time that the PIN is typed; the screen says what is wrong
    const putAway = () => {
      if (!document.hidden || busy.value) return;
      pin.value = "";
      letGo();
    };
    document.addEventListener("visibilitychange", putAway);
    return () => {
      document.removeEventListener("visibilitychange", putAway);
      letGo();
    };
  }, []);
  const onType = (typed: string) => {
    if (busy.value) return; // one PIN at a time
    pin.value = typed;
    void typing(db(), typed).catch(() => {}); // whatever is wrong with the store, opening it will tell
  };
  return (
    <Page title={_("Open the app")}>
      <form onSubmit={tryIt} noValidate>
        <PinField label={_("PIN")} value={pin.value} onInput={onType} fault={fault.value} autofocus />
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
      <Why />
    </>
  );
}
