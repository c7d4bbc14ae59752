/** The payload of a line of totals: `Total time for Write syscall : [71 69 84 69] : 2.488758ms`. */

/** Events of the artifact's guard; `other` for any other four letters. */
export const loggedEvents = ["SEND", "GETE", "RESP", "ENDE", "CHCK", "other"] as const;
export type LoggedEvent = (typeof loggedEvents)[number];

const [open, close, blank, colon] = [0x5b, 0x5d, 0x20, 0x3a];
const lead = Buffer.from("Total time for ");

/** Go prints the event's name as a slice of bytes, in decimal: each name by its four bytes as one number. */
const byNumber = new Map(loggedEvents.slice(0, -1).map((name) => [Buffer.from(name).readUInt32BE(), name]));

/** Where the duration begins, and the event. `undefined`: not a line of totals. */
export function totalLine(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly event: LoggedEvent; readonly durationAt: number } | undefined {
  for (let index = 0; index < lead.length; index++) if (bytes[start + index] !== lead[index]) return undefined;
  let at = start + lead.length;
  while (at < end && bytes[at] !== open) at += 1;
  let letters = 0;
  let letter = 0;
  for (at += 1; at < end && bytes[at] !== close; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === blank) {
      letters = letters * 256 + letter;
      letter = 0;
    } else if (byte >= 48 && byte <= 57) letter = letter * 10 + (byte - 48);
    else return undefined;
  }
  if (at + 4 > end || bytes[at + 1] !== blank || bytes[at + 2] !== colon || bytes[at + 3] !== blank) return undefined;
  return { event: byNumber.get(letters * 256 + letter) ?? "other", durationAt: at + 4 };
}
