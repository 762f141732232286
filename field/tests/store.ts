import "fake-indexeddb/auto";
import { openStore, type Device, type Store } from "../src/store/db";

/** The app's second threads, in this one and one after another: here are no browser's workers. */
class Thread {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  postMessage(data: unknown) {
    turn = turn.then(async () => {
      speaker = this;
      await import("../src/store/argon2");
      await heard({ data });
    });
  }
  terminate() {
    this.onmessage = this.onerror = null;
  }
}
let turn = Promise.resolve();
let speaker: Thread;
let heard: (event: { data: unknown }) => Promise<void>;
Object.assign(globalThis, {
  Worker: Thread,
  addEventListener: (_name: string, listener: typeof heard) => void (heard = listener),
  postMessage: (data: unknown) => speaker.onmessage?.({ data }),
});

let count = 0;

export const STREAM = "0190a000-0000-7000-8000-000000000999";
export const OTHER = "0190a000-0000-7000-8000-000000000998";
export const VILLAGE = "99.01.01.2001";

/** A phone fresh from the office, with a store of its own. */
export async function phone(officeKey: Uint8Array, name = `phone-${(count += 1)}`): Promise<Store> {
  const db = await openStore(name);
  const device: Device = { id: "0190a000-0000-4000-8000-0000000000dd", prefix: "P1", officeKey, nextSeq: 1 };
  if (!(await db.get("about", "device"))) await db.put("about", device, "device");
  return db;
}

/** Everything that lies on the phone, as somebody sees it who takes out its memory. */
export async function wholeMemory(db: Store): Promise<string> {
  const parts: string[] = [];
  for (const name of db.objectStoreNames) {
    for (const value of await db.getAll(name)) {
      parts.push(JSON.stringify(value, (_key, v) => (ArrayBuffer.isView(v) ? new TextDecoder("latin1").decode(v) : v)));
    }
  }
  return parts.join("\n");
}
