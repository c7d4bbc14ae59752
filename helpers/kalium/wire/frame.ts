/**
 * The frame that guard and controller exchange: one ZeroMQ message part of type, action, length, body and, from the
 * artifact's Go proxy, 64 zero bytes that were meant for a signature.
 */

export const messageTypes = {
  test: 0x01,
  policy: 0x02,
  init: 0x03,
  keyDistribution: 0x04,
  event: 0x06,
  userPolicy: 0x07,
  checkStatus: 0x08,
  checkEvent: 0x09,
  checkResponse: 0x10,
} as const;

export const actions = {
  none: 0x01,
  test: 0x02,
  controllerRequest: 0x03,
  guardResponse: 0x04,
  user: 0x05,
  policyAdd: 0x06,
  policyInit: 0x09,
} as const;

export interface Frame {
  /** 0 to 255; `messageTypes` has the known ones. */
  readonly type: number;
  readonly action: number;
  readonly body: Uint8Array;
}

export type DecodedFrame =
  | ({ readonly kind: "frame" } & Frame)
  | { readonly kind: "empty" } // how `ctr` acknowledges an event
  | { readonly kind: "malformed"; readonly problem: string };

const headerBytes = 10;
const trailerBytes = 64;

/** `trailer`: with the 64 zero bytes, which `ctr` reads whether they are there or not. */
export function encodeFrame(type: number, action: number, body: string, { trailer = false } = {}): Buffer {
  const length = Buffer.byteLength(body);
  const frame = Buffer.alloc(headerBytes + length + (trailer ? trailerBytes : 0));
  frame[0] = type;
  frame[1] = action;
  frame.write(length.toString(16).padStart(8, "0"), 2, "latin1");
  frame.write(body, headerBytes);
  return frame;
}

/** Takes bytes from anybody and never throws. The length field must agree with what is there, with or without trailer. */
export function decodeFrame(bytes: Uint8Array): DecodedFrame {
  if (bytes.length === 0) return { kind: "empty" };
  if (bytes.length < headerBytes) return malformed(`${bytes.length} bytes, less than a header`);
  const field = Buffer.from(bytes.buffer, bytes.byteOffset + 2, 8).toString("latin1");
  if (!/^[0-9a-f]{8}$/i.test(field)) return malformed("the length is not 8 hexadecimal digits");
  const length = Number.parseInt(field, 16);
  const rest = bytes.subarray(headerBytes);
  const trailer = rest.subarray(length);
  if (rest.length < length || (trailer.length > 0 && !isTrailer(trailer))) {
    return malformed(`length ${length}, but ${rest.length} bytes follow`);
  }
  const [type = 0, action = 0] = bytes;
  return { kind: "frame", type, action, body: rest.subarray(0, length) };
}

/** What follows the header, whatever that says, without trailer: the part of `ctr`'s replies that can be relied on. */
export function bodyWithoutHeader(bytes: Uint8Array): Uint8Array {
  const rest = bytes.subarray(headerBytes);
  const trailer = rest.subarray(-trailerBytes);
  return trailer.length === trailerBytes && trailer.every((byte) => byte === 0)
    ? rest.subarray(0, -trailerBytes)
    : rest;
}

const isTrailer = (bytes: Uint8Array): boolean => bytes.length === trailerBytes && bytes.every((byte) => byte === 0);

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A body as text; `undefined` for what is not UTF-8, or holds NUL, where C++ peers would cut it. */
export function frameText(body: Uint8Array): string | undefined {
  if (body.includes(0)) return undefined;
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}

const malformed = (problem: string): DecodedFrame => ({ kind: "malformed", problem });
