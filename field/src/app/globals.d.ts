/** The app's version: given by the build. */
declare const __APP__: string;

interface ImportMeta {
  readonly env: { readonly DEV: boolean };
}

declare module "*.css";
