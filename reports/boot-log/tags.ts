/** The bracketed tags of the lines that are read. Each must stand where a message starts: other text may quote them. */

/** What a line with this tag says. */
export type Tag =
  | { readonly says: "call"; readonly name: "write" | "sendmsg" }
  | { readonly says: "encrypt" }
  | { readonly says: "total"; readonly name: "write" | "sendmsg" }
  | { readonly says: "fact" };

const tags: Readonly<Record<string, Tag>> = {
  GETEValidateWriteMeasure: { says: "call", name: "write" },
  GETEValidateSendMsgMeasure: { says: "call", name: "sendmsg" },
  AES_GCM_encrypt_measure: { says: "encrypt" },
  ValidateWriteMeasure: { says: "total", name: "write" },
  ValidateSendMsgMeasure: { says: "total", name: "sendmsg" },
  LookupTLSRecord: { says: "fact" },
  ProxyLogger: { says: "fact" },
  Kernel: { says: "fact" },
  SendHostnameGuard: { says: "fact" },
};

/** A log without one of these has nothing for the tables. */
export const measurementTags = Object.entries(tags).flatMap(([text, { says }]) =>
  says === "call" || says === "encrypt" ? [text] : [],
);

export interface FoundTag {
  readonly tag: Tag;
  /** Without brackets. */
  readonly text: string;
  /** Of the tag in brackets, bytes. A blank follows it, and then the payload. */
  readonly length: number;
}

const [bracket, closing, blank, digit0, digit9] = [0x5b, 0x5d, 0x20, 0x30, 0x39];

/** `[tag]` in bytes, by the tag's first letter. */
const byLetter: (readonly { readonly bytes: Uint8Array; readonly found: FoundTag }[] | undefined)[] = [];
for (const [text, tag] of Object.entries(tags)) {
  const entry = { bytes: Buffer.from(`[${text}]`), found: { tag, text, length: text.length + 2 } };
  const letter = text.charCodeAt(0);
  byLetter[letter] = [...(byLetter[letter] ?? []), entry];
}

/** The tag at `start`; `undefined`: none of ours. */
export function tagAt(bytes: Uint8Array, start: number, end: number): FoundTag | undefined {
  const candidates = byLetter[bytes[start + 1] ?? 0];
  if (candidates === undefined || bytes[start] !== bracket) return undefined;
  for (const { bytes: wanted, found } of candidates) {
    let same = 2;
    while (same < wanted.length && bytes[start + same] === wanted[same]) same += 1;
    if (same === wanted.length && start + same <= end) return found;
  }
  return undefined;
}

/** Behind the thread's number, `[   7] `, which lines on behalf of a task begin with. */
export function skipTask(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== bracket) return start;
  let at = start + 1;
  while (at < end && bytes[at] === blank) at += 1;
  const digits = at;
  while (at < end && (bytes[at] ?? 0) >= digit0 && (bytes[at] ?? 0) <= digit9) at += 1;
  return at > digits && bytes[at] === closing && bytes[at + 1] === blank ? at + 2 : start;
}
