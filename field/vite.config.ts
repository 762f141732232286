import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./", // served at /lapangan, wherever that is
  build: {
    outDir: "../src/jemput/_field",
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    modulePreload: { polyfill: false },
  },
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "node",
    testTimeout: 60_000, // a PIN is slow on purpose
  },
});
