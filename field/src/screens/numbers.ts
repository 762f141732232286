/**
 * Numbers made without signal, in the alphabet of the office's own (intake/tickets.py): none is 0, O, 1, I or U,
 * and one wrong or two exchanged characters are found out.
 */

const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"; // 31, a prime: the check needs it
const DRAWN = 5;

/** T: a finished document was handed over. A: original papers were taken along. */
export type Mark = "T" | "A";

/** A receipt's number: the device's own prefix keeps it apart from those of all others. `P12-T-7K4M-2X` */
export const receiptNumber = (prefix: string, mark: Mark): string => numbered(`${prefix}-${mark}`);

/** A ticket for a report from the field, as the office spells its own. `TRG-7K4M-2X` */
export const ticketNumber = (office: string): string => numbered(office);

function numbered(start: string): string {
  const drawn = [...crypto.getRandomValues(new Uint32Array(DRAWN))].map((n) => ALPHABET[n % ALPHABET.length]).join("");
  return `${start}-${drawn.slice(0, 4)}-${drawn.slice(4)}${check(drawn)}`;
}

/** Weights 1 to 5 modulo a prime. */
const check = (drawn: string): string =>
  ALPHABET[[...drawn].reduce((sum, letter, n) => sum + (n + 1) * ALPHABET.indexOf(letter), 0) % ALPHABET.length]!;

/** Whether a number was written down without a mistake. */
export function isRight(number: string): boolean {
  const found = /-([^-]{4})-([^-])([^-])$/.exec(number);
  return !!found && check(`${found[1]}${found[2]}`) === found[3];
}
