import { expect, test } from "vitest";
import { receiptOf, ticketOf } from "../src/app/numbers";

test("tickets and receipts are those that the office would give", async () => {
  const entry = "0190a000-0000-7000-8000-000000000002";
  expect(await ticketOf("TRG", entry)).toBe("TRG-6Z8G-LD");
  expect(await receiptOf("TRG", "T", entry)).toBe("TRG-T-JRAT-GA");
  expect(await receiptOf("PRE", "A", entry)).toBe("PRE-A-JRAT-GA");
});
