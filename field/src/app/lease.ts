/** What the office's signed statement lets this device do. */
import { computed, effect, signal } from "@preact/signals";
import type { Duty, TimeZone } from "../core/generated/codes";
import type { Day } from "../core/moment";
import { fromBase64 } from "../store/base64";
import { standing } from "./phone";

/** The signed statement, as the office wrote it. */
export interface Lease {
  device: string;
  account: string;
  name: string;
  duty: Duty;
  area: string;
  office: string;
  until: string;
}

export interface Village {
  code: string;
  name: string;
  /** Degrees, where they are known. */
  at?: [latitude: number, longitude: number];
}

/** What the office tells of itself (`/sync/office`). */
export interface OfficeBook {
  digest: string;
  code: string;
  name: string;
  /** Three letters that begin its tickets and receipts. */
  letters: string;
  time_zone: TimeZone;
  holidays: Day[];
  hotlines: { label: string; number: string }[];
  /** The villages of this device's area. */
  villages: Village[];
  /** What its teams are called, by code. */
  teams?: Record<string, string>;
  /** Programmes to which this duty may report. */
  reports: { number: number; hash: string }[];
  /** The day of the register extract of which this duty may carry a slice. */
  extract?: string | null;
  /** Where map tiles come from, and whose they are ("": OpenStreetMap's); null: from nowhere. */
  tiles?: { url: string; credit: string } | null;
}

/** Whose phone this is, and what they may do. */
export interface Me {
  lease: Lease;
  duty: Duty;
  area: string;
  name: string;
  /** Stands before numbers that this phone gives: "P12". */
  prefix: string;
  office: OfficeBook;
}

/** Ticks when the lease may have run out meanwhile. */
export const now = signal(Date.now());

export const lease = computed<Lease | null>(() => (standing.value ? (JSON.parse(standing.value.lease.text) as Lease) : null));

/** Whether the office has really said it: who changes the phone's memory lengthens no lease. */
const isGenuine = signal(false);

effect(() => {
  const said = standing.value;
  if (!said) return void (isGenuine.value = false);
  void signedBy(said.signKey, said.lease.text, said.lease.signature).then((is) => {
    if (standing.value === said) isGenuine.value = is;
  });
});

async function signedBy(key: Uint8Array, text: string, signature: string): Promise<boolean> {
  try {
    const known = await crypto.subtle.importKey("raw", key as BufferSource, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, fromBase64(signature) as BufferSource, new TextEncoder().encode(text));
  } catch (error) {
    return (error as DOMException).name === "NotSupportedError"; // an older browser; TLS brought it all the same
  }
}

const NOTHING_MS = 15 * 60_000;

/** Milliseconds by which the office's clock is ahead of this phone's; a few minutes are nothing. */
export const clockOff = (ahead = standing.value?.ahead ?? 0): number => (Math.abs(ahead) > NOTHING_MS ? ahead : 0);

/** The moment by the office's clock, as far as it is known: this phone's may show another day. */
export const officeTime = (at = Date.now()): number => at + clockOff();

/** Whether the phone may show what it holds. A clock that is set back lengthens no lease. */
export const mayRead = computed(
  () => lease.value !== null && isGenuine.value && Math.max(officeTime(now.value), standing.value?.seen ?? 0) < Date.parse(lease.value.until),
);
