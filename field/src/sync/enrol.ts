/** Becoming known to the office, with the code that it shows. */
import { lease } from "../app/lease";
import { db, device, look } from "../app/phone";
import { write, type Device, type Enrolling, type Standing } from "../store/db";
import { fromBase64 } from "../store/base64";
import { callToEnrol, newKeys } from "./call";
import type { Said } from "./standing";

interface Enrolled extends Said {
  keys: { seal: string; sign: string };
  prefix: string;
}

/** The code as it is typed, or as it stands in the address that the office's square leads to. */
export const codeIn = (text: string): string => text.trim().toUpperCase().replace(/^.*#/, "").replace(/[^0-9A-Z]/g, "");

/** A name by which the office tells this phone from others. */
function ownName(): string {
  const agent = navigator.userAgent;
  const android = /Android [\d.]+; ([^;)]+)/.exec(agent)?.[1];
  return (android ?? (/(Windows|Mac OS|Linux|iPhone)/.exec(agent)?.[0] || "HP")).slice(0, 60);
}

/**
 * Enrol. Id and key are on the disk before the office hears of them: when its answer is lost on the way, the same
 * code brings it again. They stay: a phone that a restored server has forgotten is enrolled anew as what it was, goes
 * on with its numbers, and by the old epoch learns that it must offer all again. Throws as `call` does.
 */
export async function enrol(code: string): Promise<void> {
  let mine = (await db().get("about", "enrolling")) as Enrolling | undefined;
  if (!mine) {
    mine = { id: device.value?.id ?? crypto.randomUUID(), keys: await newKeys() };
    await db().put("about", mine, "enrolling");
  }
  const { id, keys } = mine;
  const said = await callToEnrol<Enrolled>(codeIn(code), mine, ownName(), __APP__, lease.value);
  const known = { id, prefix: said.prefix, officeKey: fromBase64(said.keys.seal) };
  const fresh = { epoch: said.epoch, erase: false };
  const told = { lease: said.lease, signKey: fromBase64(said.keys.sign), ahead: said.ahead };
  await write(db(), ["about"], async ({ store }) => {
    const before = (await store.get("device")) as Device | undefined;
    await store.put({ nextSeq: 1, ...before, ...known }, "device");
    await store.put(keys.privateKey, "signing");
    await store.put({ ...fresh, ...((await store.get("standing")) as Standing | undefined), ...told }, "standing");
  });
  await look();
}
