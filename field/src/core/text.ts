/** Words for people, written in core and translated where they are shown. */

/** Marks an English message id; the screen that shows it looks up the translation. */
export const _ = (message: string): string => message;

/** A message with `%(name)s` places, to be translated first and filled in after. A parameter may be Words. */
export interface Words {
  message: string;
  params?: Record<string, unknown>;
}

export const words = (message: string, params?: Record<string, unknown>): Words =>
  params ? { message, params } : { message };

export const isWords = (value: unknown): value is Words =>
  typeof value === "object" && value !== null && "message" in value;

/** Something typed cannot be understood; the words say what to do about it and never repeat what was typed. */
export class BadInput extends Error {
  readonly words: Words;

  constructor(message: string, params?: Record<string, unknown>) {
    super(message);
    this.words = words(message, params);
  }
}

/** Typed or pasted text without what nobody sees: wide letters narrowed, hidden marks removed. */
export const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\p{White_Space}\x1c-\x1f]/gu, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim();
