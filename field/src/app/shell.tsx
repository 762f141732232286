/** The frame around every screen: front doors while the phone is closed, else the screen and the bar below. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentType, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { _, words } from "../core/text";
import { language, moment, say } from "../messages";
import { isFull } from "../store/db";
import { touch } from "../store/session";
import { Enrol } from "./enrol";
import { clockOff, now, officeTime } from "./lease";
import { broken, closeOffice, mayRead, me, trouble, unmade } from "./office";
import { phase } from "./phone";
import { here, href, ROUTES, type Params, type Route } from "./routes";
import { unsent } from "./unsent";
import { Busy, Button, Icon, Notice, Page } from "./ui";
import { Unlock } from "./unlock";
import { newVersion, takeNewVersion } from "./version";

const FIRST_PIN: Route = { path: "", title: _("Choose a PIN"), load: () => import("./firstPin") };
const LOST: Route = { path: "", title: _("The cases on this phone are gone"), load: () => import("./lost") };

const DOORS: Partial<Record<typeof phase.value, () => VNode>> = {
  starting: () => <Busy />,
  broken: () => (
    <Page title={_("The app cannot open")}>
      <Notice kind="bad">{say(_("The memory of this phone cannot be opened. Free some space, close other apps, and open this one again. Nothing was erased."))}</Notice>
    </Page>
  ),
  new: () => <Enrol />,
  enrolled: () => <Screen route={FIRST_PIN} params={{}} />,
  sealed: () => <Unlock />,
  lost: () => <Screen route={LOST} params={{}} />,
  withdrawn: () => (
    <Page title={_("This phone was withdrawn")}>
      <Notice kind="warn">{say(_("The office took this phone out of use. What you had written was handed in, and everything was erased from here."))}</Notice>
    </Page>
  ),
};

export function Shell() {
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    document.title = `${say(phase.value === "open" ? here.value.route.title : _("Jemput in the field"))} · Jemput`;
  });
  useSignalEffect(() => {
    if (phase.value !== "open") closeOffice();
  });
  useEffect(watchOver, []);
  const door = DOORS[phase.value];
  if (door) {
    return (
      <main>
        <Trouble />
        {door()}
      </main>
    );
  }
  const { route, params, path } = here.value;
  return (
    <>
      <main>
        <Notices />
        {me.value ? <Screen key={path} route={route} params={params} /> : <FirstVisit />}
      </main>
      <Bar current={route} />
    </>
  );
}

/** Nothing was fetched yet: only sending (which fetches) makes sense. */
const FirstVisit = () => <Screen route={ROUTES.find((route) => route.path === "sinkron")!} params={{}} />;

function Screen({ route, params }: { route: Route; params: Params }) {
  const View = useSignal<ComponentType<{ params: Params }> | null>(null);
  const failed = useSignal(false);
  useEffect(() => {
    let left = false;
    route.load().then(
      (loaded) => !left && (View.value = loaded.default),
      () => !left && (failed.value = true),
    );
    return () => void (left = true);
  }, [route]);
  useEffect(() => {
    if (View.value) scrollTo(0, 0);
  }, [View.value]);
  if (failed.value) {
    return (
      <Page title={route.title} back={href("hari-ini")}>
        <Notice kind="bad">{say(_("This screen could not be loaded. Open the app once where there is signal."))}</Notice>
        <Button kind="main" onClick={() => location.reload()}>
          {say(_("Open the app again"))}
        </Button>
      </Page>
    );
  }
  return View.value ? <View.value params={params} /> : <Busy />;
}

function Trouble() {
  const wrong = trouble.value;
  if (wrong === null) return null;
  return (
    <Notice kind="bad">
      <p>{say(isFull(wrong) ? _("The phone is full: the last thing was not saved. Free some space, then save again.") : _("The last thing was not saved. Try again; if it happens again, tell the office."))}</p>
      <Button onClick={() => (trouble.value = null)}>{say(_("I have read this"))}</Button>
    </Notice>
  );
}

function Notices() {
  return (
    <>
      <Trouble />
      {newVersion.value && (
        <Notice>
          <p>{say(_("A new version of the app is here. What you have written stays."))}</p>
          <Button onClick={takeNewVersion}>{say(_("Update"))}</Button>
        </Notice>
      )}
      {me.value && !mayRead.value && <Notice kind="warn">{say(_("This phone has not heard from the office for 14 days, or your duty has ended: it shows no cases. You can still write down new reports and send."))}</Notice>}
      {clockOff() !== 0 && <Notice kind="warn">{say(words(_("The clock or time zone of this phone is wrong. The app goes by %(time)s. Set it right when there is signal, then send."), { time: moment(officeTime(now.value)) }))}</Notice>}
      {unmade.value > 0 && <Notice>{say(_("The lists are being made anew; some cases are not on them yet. They fill by themselves."))}</Notice>}
      {broken.value > 0 && <Notice kind="warn">{say(_("Some cases can only be read by a newer version of the app."))}</Notice>}
    </>
  );
}

function Bar({ current }: { current: Route }) {
  const waits = unsent.value.waiting + unsent.value.attention;
  return (
    <nav class="bar" aria-label={say(_("Main"))}>
      {ROUTES.filter((route) => route.icon).map((route) => (
        <a key={route.path} href={href(route.path)} aria-current={route === current ? "page" : undefined}>
          <Icon path={route.icon!} />
          {say(route.title)}
          {route.path === "sinkron" && waits > 0 && (
            <span class="count">
              {waits}
              <span class="hidden"> {say(_("not yet sent"))}</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}

/** Five minutes without a touch lock the phone; the lease is looked at once a minute while somebody looks. */
function watchOver(): () => void {
  const touched = ["pointerdown", "keydown", "scroll"] as const;
  for (const name of touched) addEventListener(name, touch, { passive: true });
  const failed = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    console.warn(event.reason);
    trouble.value = event.reason; // nobody waited for this promise: at least it is said
  };
  addEventListener("unhandledrejection", failed);
  const seen = () => {
    if (document.visibilityState === "visible") touch();
    now.value = Date.now();
  };
  document.addEventListener("visibilitychange", seen);
  const minute = setInterval(() => document.visibilityState === "visible" && (now.value = Date.now()), 60_000);
  return () => {
    for (const name of touched) removeEventListener(name, touch);
    removeEventListener("unhandledrejection", failed);
    document.removeEventListener("visibilitychange", seen);
    clearInterval(minute);
  };
}
