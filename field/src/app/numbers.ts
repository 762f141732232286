/** Tickets and receipt numbers as the office makes them: they follow from an entry's id, also without signal. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"; // 31, a prime: the check needs it
const RANDOM_CHARACTERS = 5;

/** A finished document was handed over (T), original papers were taken along (A). */
export type Mark = "T" | "A";

/** The ticket of a report, by the id of its entry: TRG-7K4M-2X. */
export const ticketOf = async (letters: string, entry: string): Promise<string> =>
  numbered(letters, await drawn("ticket", entry));

/** The number of a receipt, by the id of its entry: TRG-T-7K4M-2X. */
export const receiptOf = async (letters: string, mark: Mark, entry: string): Promise<string> =>
  numbered(`${letters}-${mark}`, await drawn("receipt", entry));

async function drawn(purpose: string, entry: string): Promise<string> {
  const id = Uint8Array.from(entry.replaceAll("-", "").match(/../g)!, (byte) => parseInt(byte, 16));
  const said = new Blob([new TextEncoder().encode(purpose), id]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await said.arrayBuffer()));
  let rest = digest.reduce((whole, byte) => whole * 256n + BigInt(byte), 0n);
  let text = "";
  for (let i = 0; i < RANDOM_CHARACTERS; i += 1) {
    text += ALPHABET[Number(rest % 31n)];
    rest /= 31n;
  }
  return text;
}

function numbered(start: string, text: string): string {
  const sum = [...text].reduce((total, character, n) => total + (n + 1) * ALPHABET.indexOf(character), 0);
  return `${start}-${text.slice(0, 4)}-${text.slice(4)}${ALPHABET[sum % ALPHABET.length]}`;
}
