import type { Words } from "../core/text";
import { Field } from "./ui";

const DIGITS = { type: "password", inputMode: "numeric", autoComplete: "off", maxLength: 12, required: true } as const;

interface Props {
  label: string;
  value: string;
  onInput: (digits: string) => void;
  help?: Words | undefined;
  fault?: Words | undefined;
  autofocus?: boolean;
}

/** Where a PIN is typed. */
export const PinField = ({ onInput, ...props }: Props) => (
  <Field {...props} {...DIGITS} onInput={(typed) => onInput(typed.replace(/\D/g, ""))} />
);
