import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Vault } from "../src/store/seal";
import { lock, open, touch, vault } from "../src/store/session";

const opened = {} as Vault;
const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
  open(opened);
});
afterEach(() => {
  lock();
  vi.useRealTimers();
});

test("five minutes without a touch lock the phone", () => {
  vi.advanceTimersByTime(5 * MINUTE - 1);
  expect(vault.value).toBe(opened);
  vi.advanceTimersByTime(1);
  expect(vault.value).toBeNull();
});

test("a touch begins the five minutes anew", () => {
  vi.advanceTimersByTime(4 * MINUTE);
  touch();
  vi.advanceTimersByTime(4 * MINUTE);
  expect(vault.value).toBe(opened);
});

test("a phone whose timers slept with the screen locks at the first touch", () => {
  vi.setSystemTime(Date.now() + 6 * MINUTE);
  touch();
  expect(vault.value).toBeNull();
});

test("a locked phone is not opened by a touch", () => {
  lock();
  touch();
  expect(vault.value).toBeNull();
});
