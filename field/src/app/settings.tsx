/** Language, whose phone this is, locking it, another PIN, and erasing it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Duty } from "../core/generated/codes";
import { _, words, type Words } from "../core/text";
import { language, say, type Language } from "../messages";
import { changePin, NoKey, WrongPin } from "../store/pin";
import { draftsToSend } from "../store/drafts";
import { lock } from "../store/session";
import { saveExport } from "../sync/export";
import { eraseAll } from "./erase";
import { lease } from "./lease";
import { useNewPin } from "./newPin";
import { db, device, look, speak } from "./phone";
import { href } from "./routes";
import { unsent } from "./unsent";
import { PinField } from "./pinField";
import { Button, Choice, Notice, Page } from "./ui";

const LANGUAGES: Record<Language, { id: string }> = { id: { id: "Bahasa Indonesia" }, en: { id: "English" } };

export default function Settings() {
  const who = lease.value;
  return (
    <Page title={_("Settings")} back={href("sinkron")}>
      <Choice label={_("Language")} options={LANGUAGES} value={language.value} onChange={speak} required />
      {who && (
        <dl class="facts">
          <dt>{say(_("Name"))}</dt>
          <dd>{who.name}</dd>
          <dt>{say(_("Duty"))}</dt>
          <dd>{say(Duty[who.duty])}</dd>
          <dt>{say(_("This phone"))}</dt>
          <dd>{device.value?.prefix}</dd>
          <dt>{say(_("May show cases until"))}</dt>
          <dd>{new Date(who.until).toLocaleDateString(language.value === "id" ? "id-ID" : "en-GB", { dateStyle: "medium" })}</dd>
          <dt>{say(_("Version"))}</dt>
          <dd>{__APP__}</dd>
        </dl>
      )}
      <Button onClick={lock}>{say(_("Lock the phone now"))}</Button>
      <OtherPin />
      <Erase />
    </Page>
  );
}

function OtherPin() {
  const [old, fault, busy, isDone] = [useSignal(""), useSignal<Words | undefined>(undefined), useSignal(false), useSignal(false)];
  const next = useNewPin();
  const change = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    [fault.value, isDone.value] = [undefined, false];
    if (!next.isFit()) return;
    busy.value = true;
    try {
      await changePin(db(), old.value, next.pin.value);
      next.clear();
      [old.value, isDone.value] = ["", true];
    } catch (error) {
      if (error instanceof WrongPin) fault.value = words(_("Wrong PIN. %(left)s tries are left."), { left: error.left });
      else if (error instanceof NoKey) {
        lock();
        await look();
      } else throw error;
    } finally {
      busy.value = false;
    }
  };
  return (
    <details>
      <summary>{say(_("Choose another PIN"))}</summary>
      <form onSubmit={change} noValidate>
        <PinField label={_("PIN until now")} value={old.value} onInput={(digits) => (old.value = digits)} fault={fault.value} />
        {next.fields()}
        <Button type="submit" isBusy={busy.value}>
          {say(_("Keep this PIN"))}
        </Button>
        {isDone.value && <Notice kind="good">{say(_("From now on the new PIN opens this phone."))}</Notice>}
      </form>
    </details>
  );
}

function Erase() {
  const { waiting, held, files } = unsent.value;
  const [sure, exported, begun] = [useSignal(false), useSignal(false), useSignal(0)];
  const waits = waiting + held + files + begun.value;
  useEffect(() => void draftsToSend(db()).then((drafts) => (begun.value = drafts.length)), []);
  return (
    <details>
      <summary>{say(_("Erase this phone"))}</summary>
      <p>{say(_("Everything of Jemput goes from this phone. To use it again the office must show a new code."))}</p>
      {waits > 0 && (
        <Notice kind="bad">
          <p>{say(words(_("%(n)s entries, files or begun forms have not been sent. Send them, finish or throw away what was begun, or save the sealed file, first: erasing would lose them."), { n: waits }))}</p>
          <Button onClick={async () => void (exported.value = await saveExport(true))}>{say(_("Save a sealed file"))}</Button>
        </Notice>
      )}
      {(waits === 0 || exported.value) && (
        <>
          <Choice label={_("Are you sure?")} options={{ yes: _("Yes, erase everything here") }} many value={sure.value ? ["yes"] : []} onChange={(on) => (sure.value = on.length > 0)} required />
          <Button kind="danger" disabled={!sure.value} onClick={() => eraseAll()}>
            {say(_("Erase"))}
          </Button>
        </>
      )}
    </details>
  );
}
