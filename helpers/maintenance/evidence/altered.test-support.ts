/** Valid inputs, altered at random: bytes of a text or file, fields of an object. Seeded; fast-check finds the smallest. */
import fc from "fast-check";
import { RecordError } from "../../../reports/records/record-error.ts";
import { KaliumError } from "../../base/errors.ts";

/** Of each reader, or fewer where what is read has programs of others behind it. */
export const alteredRuns = 10_000;

interface Edit {
  /** Share of the input, from 0 to 1, where it begins; and bytes from there that go. */
  readonly at: number;
  readonly removes: number;
  /** Comes in their place; `undefined`: the same bytes, twice. */
  readonly by: string | Uint8Array | undefined;
}

/** What formats have a meaning for, or do not expect. */
const tokens = [
  ...["", "\0", "\n", "\r\n", '"', "'", "\\", "{", "}", "[", "]", ":", ",", "&a ", "*a", "<<: ", "!!js ", "${A:-"],
  ...["%00", "-1", "1e999", "99999999999999999999", "NaN", "null", "true", "0x7f", "__proto__", "constructor"],
  ...["\u2028", '"__proto__":{"altered":1},', "é", "\ud800", "𝄞", "../..", "x".repeat(5_000), "[".repeat(2_000)],
];

/** One to six edits. `more`: words of the format, which are put in as often as those of all formats. */
export function editsWith(more: readonly string[] = []): fc.Arbitrary<readonly Edit[]> {
  const words = more.length === 0 ? [] : [fc.constantFrom(...more)];
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removes: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(200)),
    by: fc.oneof(fc.constantFrom(...tokens), fc.uint8Array({ maxLength: 4 }), fc.constant(undefined), ...words),
  });
  return fc.array(edit, { minLength: 1, maxLength: 6 });
}

export const applyEdits = (input: Buffer, edits: readonly Edit[]): Buffer => edits.reduce(applyEdit, input);

function applyEdit(input: Buffer, { at, removes, by }: Edit): Buffer {
  const start = Math.floor(at * input.length);
  const removed = input.subarray(start, start + removes);
  const put = by === undefined ? Buffer.concat([removed, removed]) : Buffer.from(by);
  return Buffer.concat([input.subarray(0, start), put, input.subarray(start + removes)]);
}

/** A value, or an error of ours that says what to do: throws whatever else comes of it. */
export async function expectOwn(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    refuseForeign(error);
  }
  refusePollution();
}

export function refuseForeign(error: unknown): void {
  if (!(error instanceof KaliumError || error instanceof RecordError)) throw error;
  if (!error.hint) throw new Error(`no next command: ${error.message}`, { cause: error });
}

/** Inputs name `altered` as a field of `__proto__`. */
export function refusePollution(): void {
  if ("altered" in {}) throw new Error("an input has reached a prototype");
}

/** `read` gets the input as bytes, `runs` times altered. */
export async function checkReader(
  valid: Buffer,
  read: (input: Buffer) => unknown,
  { words, runs = alteredRuns }: { readonly words?: readonly string[]; readonly runs?: number } = {},
): Promise<void> {
  await read(valid);
  const property = fc.asyncProperty(editsWith(words), (edits) => expectOwn(() => read(applyEdits(valid, edits))));
  await fc.assert(property, { numRuns: runs, seed: 1 });
}
