/** The two seals of the phone: under the key that the PIN opens, and to the office's public key. */
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from "hpke";

const NONCE = 12;
const text = new TextEncoder();

/** What was sealed does not open here: another key, another place, or altered. */
export class BrokenSeal extends Error {}

/** What an open phone can do: seal for itself, and read that again. */
export interface Vault {
  seal(place: string, value: unknown): Promise<Uint8Array>;
  open<T>(place: string, sealed: Uint8Array): Promise<T>;
}

/** A vault under an AES-256 key. Each seal is bound to its place, so that no record can stand in for another. */
export function vaultOf(key: CryptoKey): Vault {
  return {
    seal: (place, value) => sealBytes(key, place, text.encode(JSON.stringify(value))),
    open: async (place, sealed) => JSON.parse(new TextDecoder().decode(await openBytes(key, place, sealed))),
  };
}

/** Nonce, then ciphertext. */
export async function sealBytes(key: CryptoKey, place: string, plain: Uint8Array): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt(aes(iv, place), key, plain as BufferSource);
  return joined(iv, new Uint8Array(sealed));
}

/** Throws BrokenSeal. */
export async function openBytes(key: CryptoKey, place: string, sealed: Uint8Array): Promise<Uint8Array> {
  try {
    const plain = await crypto.subtle.decrypt(
      aes(sealed.subarray(0, NONCE), place),
      key,
      sealed.subarray(NONCE) as BufferSource,
    );
    return new Uint8Array(plain);
  } catch {
    throw new BrokenSeal(place);
  }
}

const aes = (iv: Uint8Array, place: string): AesGcmParams => ({
  name: "AES-GCM",
  iv: iv as BufferSource,
  additionalData: text.encode(place),
});

const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

/** What a seal to the office is for; the office opens it only for the same purpose. */
export type Purpose = "jemput entry" | "jemput draft" | "jemput file";

let known: { of: string; key: ReturnType<typeof suite.DeserializePublicKey> } | null = null;

/** Read once: it seals at every keystroke. */
function keyOfOffice(bytes: Uint8Array) {
  const of = bytes.join();
  if (known?.of !== of) known = { of, key: suite.DeserializePublicKey(bytes) };
  return known.key;
}

/** Sealed so that only the office can read it: the encapsulated key, then the ciphertext (docs/sync.md). */
export async function sealForOffice(officeKey: Uint8Array, purpose: Purpose, plain: Uint8Array): Promise<Uint8Array> {
  const { encapsulatedSecret, ciphertext } = await suite.Seal(await keyOfOffice(officeKey), plain, { info: text.encode(purpose) });
  return joined(encapsulatedSecret, ciphertext);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
