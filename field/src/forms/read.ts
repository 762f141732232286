/** How people's spelling is read: numbers, phones and names as the office's forms read them. */
import { _, BadInput, plain } from "../core/text";

const SEPARATORS = /[ .'\u2010-\u2015-]/g;
const LOOKALIKES = /^[0-9OoIl]{16}$/;

/** Sixteen digits of a NIK, written with or without spaces. Throws BadInput; the words never repeat the number. */
export function readNik(text: string): string {
  const digits = sixteen(text, _("A NIK has 16 digits; here are %(count)s. Check it against the KTP-el or KK."));
  const [day, month] = [Number(digits.slice(6, 8)), Number(digits.slice(8, 10))];
  if (!isDay(day > 40 ? day - 40 : day, month)) {
    throw new BadInput(
      _("Digits 7 to 12 of this NIK are no birth date (day, month, year; women have 40 added to the day). Check them against the KTP-el or KK."),
    );
  }
  if (digits.endsWith("0000")) throw new BadInput(_("A NIK does not end in 0000. Check the last four digits."));
  return digits;
}

/** The number of a family card. Throws BadInput. */
export function readFamilyNumber(text: string): string {
  const digits = sixteen(text, _("A family number has 16 digits; here are %(count)s. Check it against the KK."));
  if (digits.endsWith("0000")) throw new BadInput(_("A family number does not end in 0000. Check the last four digits."));
  return digits;
}

function sixteen(text: string, wrongLength: string): string {
  const digits = plain(text).replace(SEPARATORS, "");
  if (/^[0-9]{16}$/.test(digits)) return digits;
  if (LOOKALIKES.test(digits)) {
    throw new BadInput(_("This number holds the letter O, I or L where a 0 or 1 belongs. Type digits only."));
  }
  if (!/^[0-9]*$/.test(digits)) {
    throw new BadInput(_("This number holds something other than digits. Type the 16 digits only."));
  }
  throw new BadInput(wrongLength, { count: digits.length });
}

const isDay = (day: number, month: number): boolean => day >= 1 && day <= 31 && month >= 1 && month <= 12;

/** The +62 form of an Indonesian number. Throws BadInput. */
export function readPhone(text: string): string {
  let bare = plain(text).replace(/[\u2010-\u2015\u2212]/g, "-");
  if (/[/;,]|\batau\b|\bdan\b|\bor\b/i.test(bare)) {
    throw new BadInput(_("Write one phone number here; put the other in the note."));
  }
  bare = bare.replace(/[ ().-]/g, "").replace(/^00/, "+");
  if (/^\+(?!62)/.test(bare)) {
    throw new BadInput(_("Only Indonesian numbers (08… or +62…) can be stored here; put others in the note."));
  }
  const local = /^(?:\+?62|0)([0-9]+)$/.exec(bare)?.[1]?.replace(/^0/, "");
  if (!local) {
    throw new BadInput(_("Write the phone number in digits, beginning with 08, 0 and the area code, or +62."));
  }
  if (local.length < 7 || local.length > 12) {
    throw new BadInput(_("This phone number is too short or too long. Read it back digit by digit."));
  }
  return `+62${local}`;
}

/** A number as people read and dial it here: 0812-3456-7890. */
export const shownPhone = (number: string): string =>
  number.replace(/^\+62/, "0").replace(/^(\d{4})(\d{3,4})(\d+)$/, "$1-$2-$3");

/** A name as screens and papers carry it: upper case, single spaces. Throws BadInput. */
export function readName(text: string): string {
  const name = plain(text)
    .replace(/[\u2018\u2019\u02bc`\u00b4]/g, "'")
    .toUpperCase()
    .split(/\s+/)
    .join(" ");
  if (!/\p{L}/u.test(name)) throw new BadInput(_("Write the name in letters, as on the KK."));
  if (/[0-9]{6}/.test(name)) {
    throw new BadInput(_("There is a number in the name. Put NIK and phone in their own fields."));
  }
  if ([...name].length > 150) throw new BadInput(_("This name is too long. Write it as on the KK."));
  return name;
}
