/** Names by ear, as core/spelling.py has it, without its lists of degrees and rare short forms. For comparing only. */

const ADDRESS = new Set(
  ("h hj kh k haji hajah hajjah kyai kiai ki nyai nyi gus ning ust ustad ustadz ustadzah pak bapak bpk bp bu ibu mbah mbok mbak mas " +
    "bang kang teh neng eyang kakek nenek kek nek pakde bude paklek bulek lek tn tuan ny nyonya nn nona sdr sdri saudara saudari alm " +
    "almh almarhum almarhumah rr rm ra rd raden drs dra dr ir prof").split(" "),
);
const KINSHIP = new Set(["bin", "binti", "bt", "bte"]);
const SHORT: Record<string, string> = {
  ...Object.fromEntries("moh moch much muh mhd mohd mohamad mohamed muhammad muhamat mochamad".split(" ").map((w) => [w, "muhamad"])),
  ...{ abd: "abdul", ach: "ahmad", akh: "ahmad", achmad: "ahmad", akhmad: "ahmad", st: "siti", wy: "wayan", nym: "nyoman", kt: "ketut" },
};
const OLD: readonly [string, string][] = [
  ...([["oe", "u"], ["dj", "j"], ["tj", "c"], ["sj", "sy"], ["nj", "ny"], ["kh", "h"], ["ch", "h"]] as [string, string][]),
];
const BY_EAR: readonly [string, string][] = [
  ...([["dz", "j"], ["ts", "s"], ["th", "t"], ["dh", "d"], ["bh", "b"], ["gh", "g"], ["ph", "f"], ["sh", "s"]] as [string, string][]),
  ...([["sy", "s"], ["ck", "k"], ["q", "k"], ["x", "ks"], ["v", "f"], ["f", "p"], ["z", "j"], ["ai", "e"]] as [string, string][]),
  ...([["ae", "e"], ["au", "o"], ["ou", "u"], ["ie", "i"], ["ee", "e"], ["oo", "u"]] as [string, string][]),
];

/** The words of a name as they sound. */
export const words = (name: string): string[] => spoken(name).map(fold);

/** Lower-case words of letters, without accents, titles and kinship. */
export function spoken(name: string): string[] {
  const bare = name.normalize("NFKD").replace(/[\u0300-\u036f'\u2019]/g, "").toLowerCase().split(",")[0]!;
  let found: string[] = bare.match(/[a-z]+/g) ?? [];
  while (found.length > 1 && ADDRESS.has(found[0]!)) found = found.slice(1);
  return found.filter((word, n) => n === 0 || !KINSHIP.has(word));
}

/** One word as it sounds. */
export function fold(word: string): string {
  let now = SHORT[word] ?? word;
  if (/dj|tj/.test(now)) now = now.replace(/(?<![dtnsl])j/g, "y");
  for (const [old, modern] of OLD) now = now.replaceAll(old, modern);
  for (const [written, heard] of BY_EAR) now = now.replaceAll(written, heard);
  now = now.replace(/iy+(?=[aeou])/g, "i").replace(/uw+(?=[aeio])/g, "u");
  now = now.replace(/(?<=[bcdfghjklmnpqrstvwxz])y/g, "i").replace(/y$/, "i").replace(/(?<=[aeiou])h$/, "");
  now = now.replace(/(.)\1+/g, "$1");
  return now.length > 2 ? now.replace(/d$/, "t").replace(/b$/, "p") : now;
}

const ALIKE: Record<string, string> = { y: "j", d: "t", b: "p", g: "k" };

/** The consonants of a folded word, those that are heard alike made one. */
export const skeleton = (folded: string): string =>
  folded
    .replace(/(?<=[a-z])i(?=[aeou])/g, "j")
    .replaceAll("ng", "n")
    .replace(/[aeiouh]/g, "")
    .replace(/[ydbg]/g, (letter) => ALIKE[letter]!)
    .replace(/(.)\1+/g, "$1") || folded;

/** Whether two words differ by no more than one letter: another, one more, one less, or two changed over. */
export function isOneSlip(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let [from, end] = [0, 0];
  while (a[from] !== undefined && a[from] === b[from]) from += 1;
  while (end < Math.min(a.length, b.length) - from && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [left, right] = [a.slice(from, a.length - end), b.slice(from, b.length - end)];
  return Math.max(left.length, right.length) < 2 || (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]);
}
