/** The stops of today, read whole from the phone; they follow what is written or pulled. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { officeTime } from "../app/lease";
import { cases, me, readCase, today, type Brief } from "../app/office";
import { covers } from "../core/areas";
import { whereAmI } from "../forms/Position";
import { dueOn, stopOf, type Point, type Stop } from "./day";

/** What the clock shows that the app goes by, "09:20"; it goes on only while somebody looks. */
export function useClock(): string {
  const shown = useSignal(onTheClock());
  useEffect(() => {
    const tick = () => document.hidden || (shown.value = onTheClock());
    const timer = setInterval(tick, 20_000);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, []);
  return shown.value;
}

const onTheClock = () => new Date(officeTime()).toTimeString().slice(0, 5);

/** All stops of today, of every team; null while they are read. */
export function useStops(): Stop[] | null {
  const stops = useSignal<Stop[] | null>(null);
  const all = cases.value;
  useLayoutEffect(() => {
    let isNewest = true;
    void Promise.all(dueOn(all.values(), today()).map(stopFrom)).then((read) => {
      if (isNewest) stops.value = read.filter((stop) => stop !== null);
    });
    return () => {
      isNewest = false;
    };
  }, [all]);
  return stops.value;
}

const known = new WeakMap<Brief, Promise<Stop | null>>();

/** Read whole once, until something of the case changes. */
function stopFrom(brief: Brief): Promise<Stop | null> {
  const before = known.get(brief);
  if (before) return before;
  const stop = readCase(brief.stream).then((c) => c && stopOf(c, pointOf(c.state.area)));
  known.set(brief, stop);
  const again = () => known.delete(brief); // the phone was locked in the middle of it
  void stop.then((found) => found ?? again(), again);
  return stop;
}

/** Where a village lies, as the office's book has it. */
function pointOf(area: string): Point | null {
  const at = me.value?.office.villages.find(({ code }) => covers(code, area))?.at;
  return at ? { latitude: at[0], longitude: at[1] } : null;
}

const TEAM = "jemput-team";

/** Whose day is shown, kept on this phone: a code, nothing of people; "" for all. Null: as the plan has it. */
export const team = signal<string | null>(localStorage.getItem(TEAM));

export function choose(code: string): void {
  team.value = code;
  localStorage.setItem(TEAM, code);
}

/** Where the officer began today's way, when they asked for an order from here. */
export const from = signal<Point | null>(null);

export async function orderFromHere(): Promise<boolean> {
  from.value = await whereAmI();
  return from.value !== null;
}
