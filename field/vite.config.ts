import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vitest/config";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

/** Writes sw.js: our service worker with the list of all files of this build. */
const serviceWorker = (): Plugin => ({
  name: "service-worker",
  apply: "build",
  generateBundle(_options, bundle) {
    const files = [...Object.keys(bundle).filter((name) => !name.startsWith(".")), "manifest.webmanifest", "icon.svg"];
    const content = Object.values(bundle).map((one) => ("code" in one ? one.code : one.source));
    const build = createHash("sha256").update(JSON.stringify([files, content])).digest("hex").slice(0, 12);
    const source = readFileSync(new URL("src/sw.js", import.meta.url), "utf8");
    const filled = source.replace('"BUILD"', JSON.stringify(build)).replace('["FILES"]', JSON.stringify(files));
    this.emitFile({ type: "asset", fileName: "sw.js", source: filled });
  },
});

export default defineConfig({
  base: "./", // served at /lapangan, wherever that is
  plugins: [serviceWorker()],
  define: { __APP__: JSON.stringify(version) },
  server: { proxy: { "/sync": "http://127.0.0.1:8000" } },
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
    hookTimeout: 60_000,
  },
});
