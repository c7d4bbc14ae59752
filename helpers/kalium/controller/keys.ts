import { curveKeyPair } from "zeromq";

/** A Curve25519 pair in Z85, 40 characters each, as ZeroMQ wants them. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Keys of one run: the controller proves to be the run's, and so do the guards. Never recorded, never printed. */
export interface RunKeys {
  readonly controller: KeyPair;
  readonly guard: KeyPair;
}

export const makeRunKeys = (): RunKeys => ({ controller: curveKeyPair(), guard: curveKeyPair() });

/** How a controller knows its guards. `none`: not at all, because the artifact's programs know no authentication. */
export type ControllerSecurity =
  { readonly kind: "curve"; readonly own: KeyPair; readonly guardPublicKey: string } | { readonly kind: "none" };

export type GuardSecurity =
  { readonly kind: "curve"; readonly own: KeyPair; readonly controllerPublicKey: string } | { readonly kind: "none" };

export const controllerSecurity = ({ controller, guard }: RunKeys): ControllerSecurity => ({
  kind: "curve",
  own: controller,
  guardPublicKey: guard.publicKey,
});

export const guardSecurity = ({ controller, guard }: RunKeys): GuardSecurity => ({
  kind: "curve",
  own: guard,
  controllerPublicKey: controller.publicKey,
});

const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/** The bytes behind Z85 text (ZeroMQ RFC 32): five digits of base 85 per four bytes. */
export function fromZ85(text: string): Buffer {
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let at = 0; at < text.length; at += 5) {
    let value = 0;
    for (let place = at; place < at + 5; place++) value = value * 85 + digits.indexOf(text.charAt(place));
    bytes.writeUInt32BE(value, (at / 5) * 4);
  }
  return bytes;
}
