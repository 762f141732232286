import { render } from "preact";
import { language, say } from "./messages";
import { _ } from "./core/text";

/** Where the app begins; the screens hang from here. */
function App() {
  document.documentElement.lang = language.value;
  return <h1>{say(_("Field officer"))}</h1>;
}

render(<App />, document.body);
