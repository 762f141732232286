/** What the office's signed statement lets this device do. */
import { computed, signal } from "@preact/signals";
import type { Duty, TimeZone } from "../core/generated/codes";
import type { Day } from "../core/moment";
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
  /** Programmes to which this duty may report. */
  reports: { number: number; hash: string }[];
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

/** Whether the phone may show what it holds. The office's clock counts, as far as it is known. */
export const mayRead = computed(
  () => lease.value !== null && now.value + (standing.value?.ahead ?? 0) < Date.parse(lease.value.until),
);
