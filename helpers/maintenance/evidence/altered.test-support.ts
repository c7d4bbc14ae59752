/** Valid inputs, altered at random: bytes of a text or file, fields of an object. Seeded; fast-check finds the smallest. */
import fc from "fast-check";
import { RecordError } from "../../../reports/records/record-error.ts";
import { KaliumError } from "../../base/errors.ts";

/** Of each reader and server: enough for every commit, and 10,000 by `npm run test:fuzz` (vitest.config.ts). */
export const alteredRuns = Number(process.env["ALTERED_RUNS"] ?? 1_000);

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

/** From 0 to below 1, evenly: doubles of fast-check are mostly tiny, and edits would all be at the start. */
export const share: fc.Arbitrary<number> = fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((part) => part / 1e6);

/** One to six edits. `more`: words of the format, which are put in as often as those of all formats. */
export function editsWith(more: readonly string[] = []): fc.Arbitrary<readonly Edit[]> {
  const words = more.length === 0 ? [] : [fc.constantFrom(...more)];
  const edit = fc.record({
    at: share,
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

/** What nobody catches while a server of this process gets inputs. */
export function noteFaults(): Disposable & { readonly refuse: () => void } {
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  process.on("uncaughtException", onFault).on("unhandledRejection", onFault);
  return {
    refuse() {
      if (faults.length > 0) throw new Error("nobody caught an error", { cause: faults[0] });
    },
    [Symbol.dispose]: () => void process.off("uncaughtException", onFault).off("unhandledRejection", onFault),
  };
}

/** `read` gets the input as bytes, altered each time. */
export async function checkReader(
  valid: Buffer,
  read: (input: Buffer) => unknown,
  { words }: { readonly words?: readonly string[] } = {},
): Promise<void> {
  await read(valid);
  const property = fc.asyncProperty(editsWith(words), (edits) => expectOwn(() => read(applyEdits(valid, edits))));
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
}
