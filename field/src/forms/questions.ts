/**
 * From a kind of entry to what is asked for it. Nothing here knows a programme, so that another one needs no
 * new screen; special ways of asking are for special shapes of answers, not for kinds.
 */
import type { Field, Fields, Kind, Value } from "../core/entries/base";
import { KINDS } from "../core/generated/kinds";
import { _ } from "../core/text";
import { choicesFor, isMade, type Choice, type Situation } from "./situation";

/** How an answer is given. */
export type As =
  | "one" // of a few, all shown
  | "select" // of many
  | "several"
  | "yes_no" // wants an answer, or may stay open
  | "tick"
  | "day"
  | "number"
  | "position" // latitude and longitude at once
  | "part" // fields of its own: a modality
  | "prose"
  | "line"
  | "name"
  | "nik"
  | "family_number"
  | "phone";

/** One question of a form. */
export interface Question {
  name: string;
  as: As;
  label: string;
  help?: string;
  required: boolean;
  choices: readonly Choice[];
  /** Usual words for a line, as the register writes them. */
  suggested?: readonly string[];
  min?: number;
  max?: number;
  /** Folded away below the others. */
  seldom?: true;
  /** Of a part. */
  within?: readonly Question[];
}

/** Up to so many choices all are shown at once; more where an answer must be given that nobody can guess. */
const FEW = 6;
const FEW_TO_CHOOSE = 10;
/** Texts that may be longer than this get several lines. */
const LONG = 1000;

const NAMES = new Set([
  ...["name", "recipient", "given_by", "returned_to", "holder_name", "partner_name", "by"],
  ...["mother", "father", "exception_approved_by"],
]);

/** As SIAK writes them: on forms of Permendagri 109/2019, in Indonesian whatever the screen speaks. */
const SUGGESTED: Record<string, readonly string[]> = {
  religion: ["Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Khonghucu", "Kepercayaan"],
  marital_status: ["Belum Kawin", "Kawin Tercatat", "Kawin Belum Tercatat", "Cerai Hidup", "Cerai Mati"],
  family_position: [
    ...["Kepala Keluarga", "Suami", "Istri", "Anak", "Menantu", "Cucu", "Orang Tua", "Mertua", "Famili Lain"],
    "Lainnya",
  ],
  education: [
    ...["Tidak/Belum Sekolah", "Belum Tamat SD", "Tamat SD", "SLTP", "SLTA", "Diploma I/II", "Akademi/Diploma III"],
    ...["Diploma IV/Strata I", "Strata II", "Strata III"],
  ],
  blood_group: ["A", "B", "AB", "O", "Tidak Tahu"],
  occupation: [
    ...["Belum/Tidak Bekerja", "Mengurus Rumah Tangga", "Pelajar/Mahasiswa", "Pensiunan", "Petani/Pekebun", "Nelayan"],
    ...["Buruh Harian Lepas", "Karyawan Swasta", "Pedagang", "Wiraswasta"],
  ],
};

/** Known at the door already, or asked of few: nobody scrolls past them. */
const SELDOM: { [K in Kind]?: readonly string[] } = {
  person_described: [
    ...["family_number", "birth_place", "place_kind", "place_name", "groups", "blocked_services", "area", "sex", "documents"],
    ...["preferred_language", "preferred_time", "preferred_days"],
  ],
};

/** The form has no other words than these: nobody types them on a phone. */
const CLOSED = new Set(["religion", "marital_status", "family_position", "education", "blood_group"]);

/** What is asked for an entry of this kind in this situation, in the order of its fields. */
export function questionsOf(kind: Kind, s: Situation): Question[] {
  const fields: Fields = KINDS[kind].fields;
  return Object.entries(fields)
    .filter(([name]) => name !== "longitude" && name !== "files" && !isMade(kind, name, s))
    .filter(([name, { value }]) => !(kind === "person_described" && value.is === "list" && isKeptFrom(name, s)))
    .map(([name, field]) => (name === "latitude" ? POSITION : questionOf(name, field, choicesFor(kind, name, s))))
    .map((question) => (SELDOM[kind]?.includes(question.name) ? { ...question, seldom: true } : question));
}

/** Somebody has said it, and this duty does not see it: a list typed here would take the place of theirs unread. */
const isKeptFrom = (name: string, s: Situation): boolean => s.entries.some(({ hidden }) => hidden?.includes(name));

const POSITION: Question = {
  name: "position",
  as: "position",
  label: _("Place on the map"),
  required: false,
  choices: [],
};

function questionOf(name: string, field: Field, choices: Choice[] | null): Question {
  const { value } = field;
  const found = choices ?? choicesIn(value);
  const usual = value.is === "code" && field.default !== undefined; // what has a usual value always has one
  const question: Question = {
    name,
    as: waysOf(name, field, found),
    label: field.title ?? name,
    required: usual || !!field.required,
    choices: found,
  };
  if (field.description) question.help = field.description;
  const usualWords = SUGGESTED[name];
  if (usualWords && CLOSED.has(name)) Object.assign(question, { as: "select", choices: usualWords.map((word) => [word, { id: word }]) });
  else if (usualWords) question.suggested = usualWords;
  if (value.is === "whole" || value.is === "number") {
    if (value.min !== undefined) question.min = value.min;
    if (value.max !== undefined) question.max = value.max;
  }
  if (value.is === "part") {
    question.within = Object.entries(value.fields).map(([part, inner]) => questionOf(part, inner, null));
  }
  return question;
}

function waysOf(name: string, field: Field, choices: readonly Choice[]): As {
  const { value } = field;
  if (value.is === "list") return "several";
  if (value.is === "part" || value.is === "day") return value.is;
  if (value.is === "bool") return field.required || field.default === undefined ? "yes_no" : "tick";
  if (choices.length) {
    const few = field.required && field.default === undefined ? FEW_TO_CHOOSE : FEW;
    return choices.length <= few ? "one" : "select";
  }
  if (value.is === "whole" || value.is === "number") return "number";
  if (value.is !== "text") return "line";
  if (name === "family_number") return "family_number";
  if (value.pattern?.source === "^[0-9]{16}$") return "nik";
  if (value.pattern?.source.startsWith("^\\+?[0-9]{6")) return "phone";
  if (NAMES.has(name)) return "name";
  return (value.most ?? 0) > LONG ? "prose" : "line";
}

const GRADES = [_("1 – poor"), _("2 – fair"), _("3 – good"), _("4 – very good")];

function choicesIn(value: Value): Choice[] {
  if (value.is === "code") return Object.entries(value.codes);
  if (value.is === "list") return choicesIn(value.of);
  if (value.is === "whole" && (value.max ?? 99) <= 4) {
    return GRADES.slice((value.min ?? 1) - 1).map((label, n) => [String((value.min ?? 1) + n), label]);
  }
  return [];
}
