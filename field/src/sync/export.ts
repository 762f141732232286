/** A sealed file for the office, for a day when the radio is dead: what waits, as it would have been sent. */
import { db, device } from "../app/phone";
import { draftsToSend } from "../store/drafts";
import { begunToSend } from "../app/unsent";
import { filesToSend, type FileRow } from "../store/files";
import { toSend } from "../store/outbox";
import { base64 } from "../store/base64";
import { hexDigest, signed } from "./call";

/** The first line of an export file. */
export const FORMAT = "jemput-export-1";

/** The office takes no more at once; what is larger becomes several files. */
const MOST_BYTES = 30_000_000;

/**
 * Give the file to the phone's own way of saving or passing on. Lines of JSON: who wrote it, then an item each,
 * at the end the signature of this device. It names no person, and only the office can open what is in it.
 * Gives whether there was anything. `all`: with every begun form, also those that could be finished here.
 */
export async function saveExport(all = false): Promise<boolean> {
  const [rows, files, begun] = await Promise.all([toSend(db(), 1e9), waitingFiles(), all ? draftsToSend(db()) : begunToSend()]);
  const entries = rows.map((row) => ({ sealed: base64(row.office) }));
  const drafts = begun.map(async ({ office }) => ({ draft: await hexDigest(office), content: office }));
  const parts = inParts([...files.map(({ digest, content }) => ({ file: digest, content })), ...(await Promise.all(drafts))]);
  for (const [n, part] of parts.entries()) {
    const items = part.map((one) => ({ ...one, content: base64(one.content) }));
    save(await written([...(n ? [] : entries), ...items]), n + 1, parts.length);
  }
  return rows.length + files.length + begun.length > 0;
}

async function waitingFiles(): Promise<FileRow[]> {
  const read = await Promise.all((await filesToSend(db())).map((digest) => db().get("files", digest)));
  return read.filter((file) => file !== undefined);
}

/** A line with a whole file or draft, named by its digest. */
type Whole = { content: Uint8Array; file?: string; draft?: string };

function inParts(files: readonly Whole[]): Whole[][] {
  const parts: Whole[][] = [[]];
  let bytes = 0;
  for (const file of files) {
    bytes += file.content.length;
    if (bytes > MOST_BYTES) {
      parts.push([]);
      bytes = file.content.length;
    }
    parts.at(-1)!.push(file);
  }
  return parts;
}

async function written(items: readonly object[]): Promise<Blob> {
  const head = { format: FORMAT, device: device.value!.id, made_at: new Date().toISOString() };
  const text = [head, ...items].map((line) => `${JSON.stringify(line)}\n`).join("");
  const signature = await signed(`jemput export\n${await hexDigest(new TextEncoder().encode(text))}`);
  return new Blob([text, `${JSON.stringify({ signature })}\n`], { type: "application/octet-stream" });
}

function save(blob: Blob, part: number, of: number): void {
  const when = new Date().toISOString().slice(0, 16).replace(/\D/g, "");
  const name = `jemput-${device.value!.prefix}-${when}${of > 1 ? `-${part}` : ""}.jemput`;
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
