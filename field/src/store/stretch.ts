/** Argon2id; in a file of its own, since its WebAssembly is only loaded when somebody types a PIN. */
export { argon2id } from "hash-wasm";
