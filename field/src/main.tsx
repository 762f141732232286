import { render } from "preact";
import "./app/app.css";
import { start } from "./app/phone";
import { Shell } from "./app/shell";
import { countUnsent } from "./app/unsent";
import { keepOffline } from "./app/version";
import { keepInTouch } from "./sync/run";
import { phase } from "./app/phone";

render(<Shell />, document.getElementById("app")!);
await start();
if (phase.value !== "broken") {
  await countUnsent();
  keepInTouch();
  void import("./people/keep").then(({ watchSlice }) => watchSlice());
}
void keepOffline();
