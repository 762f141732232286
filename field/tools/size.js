// Weighs the built app as it goes over the line (gzip) and fails the build when it has grown too heavy for
// a cheap phone at the edge of the network: first load 80 kB, all of it 150 kB.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const FIRST_LOAD = 80_000;
const ALL = 150_000;

const built = new URL("../../src/jemput/_field/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", built), "utf8"));

const weight = (file) => gzipSync(readFileSync(new URL(file, built)), { level: 9 }).length;

/** What the browser fetches before the app can be used: the entry, all it imports at once, their styles. */
function atOnce(chunk, found = new Set()) {
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const name of chunk.imports ?? []) {
    if (!found.has(manifest[name].file)) atOnce(manifest[name], found);
  }
  return found;
}

const entry = Object.values(manifest).find((chunk) => chunk.isEntry);
const first = ["index.html", ...atOnce(entry)];
const all = readdirSync(built, { recursive: true, withFileTypes: true })
  .filter((item) => item.isFile() && !item.name.startsWith(".") && !item.parentPath.includes(".vite"))
  .map((item) => `${item.parentPath}/${item.name}`.slice(built.pathname.length).replace(/^\//, ""));

const sum = (files) => files.reduce((total, file) => total + weight(file), 0);
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

let tooHeavy = false;
for (const [name, files, limit] of [
  ["first load", first, FIRST_LOAD],
  ["whole app", all, ALL],
]) {
  const size = sum(files);
  console.log(`${name}: ${kb(size)} gzip of ${kb(limit)}`);
  if (size > limit) {
    tooHeavy = true;
    for (const file of files) console.log(`  ${kb(weight(file))}  ${file}`);
  }
}
if (tooHeavy) process.exit(1);
