/** What was just written down, to be told on the screen that follows: once. */
import { signal } from "@preact/signals";
import type { Sayable } from "../app/ui";

export const saved = signal<{ stream: string; what: Sayable } | null>(null);
