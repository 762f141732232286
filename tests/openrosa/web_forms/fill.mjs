// Loads a form in ODK Web Forms' engine, answers what it demands, and writes what a client would send.
//   node fill.mjs form.xml cases.csv sent.xml
import { readFileSync, writeFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const [form, cases, sent] = process.argv.slice(2);
const { window } = new JSDOM("<!doctype html>", { url: "http://localhost/" });
for (const name of ["document", "DOMParser", "XMLSerializer", "Document", "XMLDocument", "Element", "Node", "Attr", "Text", "Comment", "ProcessingInstruction", "CDATASection", "XPathResult", "XPathEvaluator"]) {
  globalThis[name] = window[name];
}
globalThis.window = window;
// The engine's parser looks for its files on the disk where it takes itself to be in Node.
const { exit, nextTick } = process;
globalThis.process = { env: {}, versions: {}, nextTick, emitWarning() {} };
const { createInstance } = await import("@getodk/xforms-engine");

const csv = async () => new Response(readFileSync(cases), { headers: { "Content-Type": "text/csv" } });
const { root } = await createInstance(readFileSync(form, "utf8"), { form: { fetchFormAttachment: csv } });
const leaves = (node) => (node.currentState.children ?? []).flatMap((child) => (child.currentState.children ? leaves(child) : [child]));

function answer(node) {
  const wrong = node.validationState.violation?.condition === "constraint";
  if (node.nodeType === "select") node.selectValues([node.currentState.valueOptions[0].value]);
  else if (node.valueType === "date") node.setValue("2026-03-05");
  else if (node.valueType === "int") node.setValue("1");
  else node.setValue(wrong ? "9901014708510001" : "isi");
}

for (let turn = 0; turn < 30 && root.validationState.violations.length; turn += 1) {
  const wanting = new Set(root.validationState.violations.map(({ nodeId }) => nodeId));
  leaves(root).filter(({ nodeId }) => wanting.has(nodeId)).forEach(answer);
}
const asked = leaves(root).filter(({ nodeType }) => nodeType !== "model-value");
const nameless = asked.filter(({ currentState }) => !currentState.label?.asString).map(({ currentState }) => currentState.reference);
const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
if (payload.status !== "ready" || !asked.length || nameless.length) {
  console.error(payload.status, payload.violations?.map(({ reference }) => reference), "without a label:", nameless);
  exit(1);
}
writeFileSync(sent, await payload.data[0].get("xml_submission_file").text());
console.log(`${asked.length} questions in ${root.languages.map(({ language }) => language).join(", ")}`);
