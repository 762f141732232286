/** A sealed file for the office, for a day when the radio is dead: what waits, as it would have been sent. */
import { db, device } from "../app/phone";
import { toSend } from "../store/outbox";
import { filesToSend } from "../store/files";
import { base64 } from "./call";

/** The first line of an export file. */
export const FORMAT = "jemput-export-1";

/**
 * Give the file to the phone's own way of saving or passing on. Lines of JSON: who wrote it, then an item each.
 * It names no person, and only the office can open what is in it. Gives whether there was anything.
 */
export async function saveExport(): Promise<boolean> {
  const [rows, files] = await Promise.all([toSend(db(), 1e9), filesToSend(db())]);
  const lines = [
    { format: FORMAT, device: device.value!.id, made_at: new Date().toISOString(), items: rows.length, files: files.length },
    ...rows.map((row) => ({ sealed: base64(row.office) })),
    ...files.map((file) => ({ file: file.digest, content: base64(file.content) })),
  ];
  const blob = new Blob(lines.map((line) => `${JSON.stringify(line)}\n`), { type: "application/x-ndjson" });
  const name = `jemput-${device.value!.prefix}-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.jemput`;
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return rows.length + files.length > 0;
}
