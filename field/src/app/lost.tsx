/** The PIN was wrong ten times: what waits is handed in, then the phone begins anew. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { _, words } from "../core/text";
import { say } from "../messages";
import { saveExport } from "../sync/export";
import { syncNow, syncing } from "../sync/run";
import { Why } from "./enrol";
import { eraseAll } from "./erase";
import { Button, Notice, Page } from "./ui";
import { countUnsent, unsent } from "./unsent";

export default function Lost() {
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
          <Why />
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
