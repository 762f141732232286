/** The first PIN of a phone that an office has just signed in. */
import { useSignal } from "@preact/signals";
import { _ } from "../core/text";
import { say } from "../messages";
import { choosePin, Chosen } from "../store/pin";
import { syncNow } from "../sync/run";
import { useNewPin } from "./newPin";
import { openOffice, tellGone } from "./office";
import { db, look } from "./phone";
import { Button, Page } from "./ui";

export default function ChoosePin() {
  const chosen = useNewPin();
  const busy = useSignal(false);
  const choose = async (event: Event) => {
    event.preventDefault();
    if (busy.value || !chosen.isFit()) return;
    busy.value = true;
    try {
      await openOffice(choosePin(db(), chosen.pin.value));
      tellGone();
      void syncNow();
    } catch (error) {
      if (!(error instanceof Chosen)) throw error; // else that one opens this phone
    } finally {
      await look();
      busy.value = false;
    }
  };
  return (
    <Page title={_("Choose a PIN")}>
      <p>{say(_("The PIN opens this phone's cases. Nobody can look it up, and after ten wrong tries the cases are gone from here; what you had written can still be handed in."))}</p>
      <form onSubmit={choose} noValidate>
        {chosen.fields()}
        <Button type="submit" kind="main" isBusy={busy.value}>
          {say(_("Keep this PIN"))}
        </Button>
      </form>
    </Page>
  );
}
