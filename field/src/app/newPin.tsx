/** A PIN that somebody chooses: typed twice, long enough, and not the one that is guessed first. */
import { useSignal } from "@preact/signals";
import { _, words, type Words } from "../core/text";
import { isPin, SHORTEST_PIN } from "../store/pin";
import { PinField } from "./pinField";

/** Some PINs are everybody's. */
const isEasy = (pin: string): boolean => /^(\d)\1*$/.test(pin) || "01234567890123".includes(pin) || "98765432109876".includes(pin);

/** The two fields, and what is wrong with them once `isFit` was asked. */
export function useNewPin() {
  const [pin, again, fault] = [useSignal(""), useSignal(""), useSignal<Words | undefined>(undefined)];
  return {
    pin,
    isFit(): boolean {
      if (!isPin(pin.value)) fault.value = words(_("The PIN needs at least %(n)s digits."), { n: SHORTEST_PIN });
      else if (isEasy(pin.value)) fault.value = words(_("This PIN is guessed first. Choose another one."));
      else if (pin.value !== again.value) fault.value = words(_("The two PINs differ. Type them once more."));
      else fault.value = undefined;
      return !fault.value;
    },
    clear: () => void ([pin.value, again.value] = ["", ""]),
    fields: () => (
      <>
        <PinField label={_("New PIN")} help={words(_("6 to 12 digits. No birthday, no 123456."))} fault={fault.value} value={pin.value} onInput={(digits) => (pin.value = digits)} />
        <PinField label={_("Once more")} value={again.value} onInput={(digits) => (again.value = digits)} />
      </>
    ),
  };
}
