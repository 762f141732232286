/** The little of Node that the tests use, so that the app itself cannot come to lean on Node. */
declare module "node:fs" {
  export function readdirSync(path: URL): string[];
  export function readFileSync(path: URL | string, encoding: "utf8"): string;
  export function writeFileSync(path: string, text: string): void;
}
declare module "node:crypto" {
  export function createHash(name: "sha256"): { update(text: string): { digest(form: "hex"): string } };
}
declare const process: { env: Record<string, string | undefined> };
