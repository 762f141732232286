import { expect, test } from "vitest";
import type { Lease } from "../src/app/lease";
import { pickedFrom, refilled, used } from "../src/people/picked";
import { indexOf, readQuery, search } from "../src/people/search";
import { carried, dropSlice, keepSeen, keepSlice, lookAfter, noteSeen, openSlice, seenSoFar, type Given, type Person } from "../src/people/slice";
import { base64, fromBase64 } from "../src/store/base64";
import type { Store } from "../src/store/db";
import { choosePin } from "../src/store/pin";
import { phone, wholeMemory } from "./store";

const [DONGKO, PULE] = ["35.03.04.2007", "35.03.03.2006"];
const VILLAGES = [{ code: DONGKO, name: "Desa Dongko" }, { code: PULE, name: "Kel. Pule" }];
const DAY = 86_400_000;
const FIELDS = ["number", "name", "nik", "family_number", "sex", "birth", "mother", "area", "rw", "rt"] as const;
const ROWS = [
  [1, "SUKARNI", "9903044703500001", "9903041203100001", "female", "1950-03-07", "PAINEM", DONGKO, "002", "001"],
  [2, "SUKARMI", "9903044703500002", "9903041203100002", "female", "1950-03-07", "TUKINEM", DONGKO, "002", "001"],
  [3, "BAMBANG SUTRISNO", "9903041708720001", "9903041203100004", "male", "1972-08-17", "SUKARNI", DONGKO, "002", "001"],
  [4, "SUKARNI", "9903034703510001", "", "female", "1951-00-00", "WAGIYEM", PULE, "001", "003"],
  [5, "MUHAMMAD RIZKY", "9903040101010001", "", "male", "2001-01-01", "SRI WAHYUNI", DONGKO, "", ""],
];
const FROM = { extract: "2026-01-02", register: 7 };
const PEOPLE = ROWS.map((row) => ({ ...Object.fromEntries(FIELDS.map((field, n) => [field, row[n]])), ...FROM }) as unknown as Person);
const LEASE = { account: "rini", duty: "field_officer", area: "35.03.04", office: "35.03", until: new Date(Date.now() + 14 * DAY).toISOString() } as Lease;

/** A slice as the office seals it (people/slice.py). */
async function given(village = DONGKO, rows = ROWS): Promise<Given> {
  const [id, expires_at] = ["0190a000-0000-4000-8000-0000000000aa", new Date(Date.now() + 10 * DAY).toISOString()];
  const said = JSON.stringify({ extract: "2026-01-02", register: 7, villages: [village], fields: FIELDS, people: rows });
  const plain = await new Response(new Blob([said]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer();
  const [raw, iv] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(12))];
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const additionalData = new TextEncoder().encode(`jemput slice 1 ${id} ${expires_at}`);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
  const standard = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
  return { id, extract: "2026-01-02", expires_at, villages: [village], people: rows.length, key: standard(raw), sealed: standard(new Uint8Array([...iv, ...sealed])) };
}

async function carrying(): Promise<{ db: Store; open: Awaited<ReturnType<typeof choosePin>>; slice: Given }> {
  const db = await phone(new Uint8Array(32));
  const open = await choosePin(db, "271828");
  const slice = await given();
  await keepSlice(db, open, slice, LEASE);
  return { db, open, slice };
}

const asked = (line: string) => search(indexOf(PEOPLE), readQuery(line, VILLAGES, 2026));
const numbers = (line: string) => asked(line).map(({ person }) => person.number);

test("the slice is read into memory, and nothing of it lies on the phone in the clear", async () => {
  const { db, slice } = await carrying();
  expect(await openSlice(db, carried.value!)).toEqual(PEOPLE);
  const memory = await wholeMemory(db);
  for (const secret of ["SUKARNI", "9903044703500001", slice.key, base64(fromBase64(slice.key))]) expect(memory).not.toContain(secret);
});

test("another day than the office's does not open it", async () => {
  const { db } = await carrying();
  const expires_at = new Date(Date.now() + 99 * DAY).toISOString();
  const later = { ...carried.value!, parts: carried.value!.parts.map((part) => ({ ...part, expires_at })) };
  await expect(openSlice(db, later)).rejects.toThrow();
});

test("villages come one by one; what is missing is known, also after the app was closed, and what is not wanted goes", async () => {
  const db = await phone(new Uint8Array(32));
  const open = await choosePin(db, "271828");
  await keepSlice(db, open, await given(DONGKO, ROWS.slice(0, 3)), LEASE, [DONGKO!, PULE!]);
  expect(await lookAfter(db, open, LEASE, Date.now())).toMatchObject({ people: 3, villages: [DONGKO], missing: [PULE] });
  await keepSlice(db, open, await given(PULE, ROWS.slice(3, 4)), LEASE, [DONGKO!, PULE!]);
  expect(await lookAfter(db, open, LEASE, Date.now())).toMatchObject({ people: 4, missing: [] });
  expect((await openSlice(db, carried.value!)).map(({ number }) => number).sort()).toEqual([1, 2, 3, 4]);
  await noteSeen(db, open, 7, 1);
  await dropSlice(db, [PULE!]);
  expect(await lookAfter(db, open, LEASE, Date.now())).toMatchObject({ people: 1, villages: [PULE] });
  await dropSlice(db);
  expect((await db.getAll("extract")).map(({ id }) => id)).toEqual(["seen"]);
});

test.each([
  ["its day is over", LEASE, 10 * DAY + 1],
  ["the lease is over", { ...LEASE, until: new Date(Date.now() + DAY).toISOString() }, DAY + 1],
  ["the area is another", { ...LEASE, area: "35.03.05" }, 0],
  ["somebody else holds the phone", { ...LEASE, account: "sari" }, 0],
])("it goes when %s", async (_why, lease, after) => {
  const { db, open } = await carrying();
  expect(await lookAfter(db, open, LEASE, Date.now())).toMatchObject({ people: 5 });
  expect(await lookAfter(db, open, lease, Date.now() + after)).toBeNull();
  expect(await db.getAll("extract")).toEqual([]);
  expect(carried.value).toBeNull();
});

test("at its day it goes from a locked phone too, and a locked phone shows nothing of it before", async () => {
  const { db } = await carrying();
  expect(await lookAfter(db, null, LEASE, Date.now())).toBeNull();
  expect(await db.count("extract")).toBe(1);
  await lookAfter(db, null, LEASE, Date.now() + 11 * DAY);
  expect(await db.count("extract")).toBe(0);
});

test("who was opened is kept, sealed, until the office was told", async () => {
  const { db, open } = await carrying();
  for (const number of [1, 4, 1]) await noteSeen(db, open, 7, number);
  expect(await seenSoFar(db, open)).toEqual([[7, 1], [7, 4]]);
  await keepSeen(db, open, []);
  expect((await db.getAll("extract")).map(({ id }) => id)).toEqual([`slice:${DONGKO}`]);
});

test.each([
  ["sukarni", [1, 4, 2]],
  ["Mbah Sukarni, Dongko, umur 70-an, ibunya Painem", [1, 2, 4]],
  ["soekarni, pule", [4, 1, 2]],
  ["Sukarni 1951", [4, 1, 2]],
  ["9903044703500001", [1, 2]],
  ["9903 0447 0350 0001", [1, 2]],
  ["9903041203100004", [3, 2, 1]],
  ["Moch. Rizki", [5]],
  ["bambang sutrisno, 17-08-1972", [3]],
  ["su", []],
  ["painem", []],
  ["", []],
])("%s finds %j", (line, expected) => {
  expect(numbers(line)).toEqual(expected);
});

test("a hit says what is the same and what differs", () => {
  const [best, other] = asked("Mbah Sukarni, Dongko, tujuh puluhan, ibunya Painem");
  expect(best).toMatchObject({ person: { number: 1 }, matched: ["name", "village", "birth", "mother"], differs: [] });
  expect(other).toMatchObject({ person: { number: 2 }, differs: ["name", "mother"] });
});

test("what was used of the register is kept with its day, and nothing when somebody else is meant", () => {
  const picked = pickedFrom(PEOPLE[0]!, "2026-01-02");
  const said = { name: "Sukarni", nik: "9903044703500001", birth_date: "1950-03-07", area: `${DONGKO}.002`, mother: "PONIYEM" };
  expect(used(picked, said)).toEqual({ extract: "2026-01-02", from_extract: ["name", "nik", "birth", "area"] });
  expect(used(picked, { name: "PAINAH", mother: "PAINEM" })).toEqual({});
  expect(used(undefined, said)).toEqual({});
  expect(pickedFrom(PEOPLE[3]!, "2026-01-02").facts).toMatchObject({ birth_about: "1951" });
});

test("whoever is picked second gets nothing of the first, and what was typed by hand stays", () => {
  const names = ["name", "nik", "sex", "birth_date", "birth_about", "mother", "address"];
  const opened = { sex: "unknown" };
  const sukarmi = { ...PEOPLE[1]!, birth: "1948-00-00", mother: "", sex: "" } as Person;
  const [one, other] = [pickedFrom(PEOPLE[0]!, "2026-01-02"), pickedFrom(sukarmi, "2026-01-02")];
  const first = refilled(one, { address: "Belakang masjid" }, opened, names);
  expect(first).toMatchObject({ name: "SUKARNI", birth_date: "1950-03-07", mother: "PAINEM", sex: "female" });
  const second = { ...first, ...refilled(other, first, opened, names) };
  expect(second).toMatchObject({ name: "SUKARMI", nik: sukarmi.nik, birth_about: "1948", picked: other });
  expect([second.birth_date, second.mother, second.sex]).toEqual(["", "", "unknown"]);
  const byHand = { ...first, mother: "PONIYEM" };
  expect({ ...byHand, ...refilled(other, byHand, opened, names) }.mother).toBe("PONIYEM");
  expect(first).not.toHaveProperty("area");
});

test("a birth to the day is not the register's that knows the year alone", () => {
  const picked = pickedFrom({ ...PEOPLE[1]!, birth: "1948-00-00" }, "2026-01-02");
  const said = { name: "SUKARMI", birth_about: "1948" };
  expect(used(picked, said)).toEqual({ extract: "2026-01-02", from_extract: ["name", "birth"] });
  expect(used(picked, { ...said, birth_date: "1950-03-07" })).toEqual({ extract: "2026-01-02", from_extract: ["name"] });
});
