import { open } from "node:fs/promises";
import { seededRandom } from "../../../reports/stats/random.ts";

/** Of a stage, µs: around what the artifact's runtime logged on two busy cores. */
const medians = [1.8, 0.1, 4.7, 540, 20];
/** Standard deviation of a duration's logarithm. */
const spread = 0.8;
const blockBytes = 2 ** 24;

/**
 * A log as the artifact's runtime writes it, some 340 bytes per guarded write with the lines before and after its
 * measurement; no duration is 0 or longer than a second, so that the artifact's procedure can read it. A part of 16 MB
 * is drawn and repeated. Returns the number of guarded writes and of bytes.
 */
export async function writeBootLog(
  path: string,
  wantedBytes: number,
  seed: number,
): Promise<{ readonly calls: number; readonly bytes: number }> {
  const block = drawBlock(Math.min(wantedBytes, blockBytes), seed);
  const copies = Math.max(1, Math.round(wantedBytes / block.text.length));
  const file = await open(path, "wx");
  try {
    for (let copy = 0; copy < copies; copy++) await file.writeFile(block.text);
  } finally {
    await file.close();
  }
  return { calls: copies * block.calls, bytes: copies * block.text.length };
}

function drawBlock(bytes: number, seed: number): { readonly text: Buffer; readonly calls: number } {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const parts: string[] = [];
  let length = 0;
  for (let us = 0; length < bytes; us += 1_000) {
    const stages = medians.map((median) => Math.max(0.001, median * Math.exp(spread * normal())));
    const [parsing = 0, lookup = 0, construction = 0, controller = 0, guard = 0] = stages;
    const check = controller + guard + 2.5;
    const total = parsing + lookup + construction + check + 1.5;
    const head = `I1123 20:${time(us)}   17875 log.go:265] `;
    const seven = [...stages, check, total].map(duration).join(":");
    const call =
      `${head}[CheckPolicyDummy] Final iter value: 1000\n` +
      `${head}[GETEValidateWriteMeasure] ${seven}\n` +
      `${head}[ValidateWriteMeasure] Total time for Write syscall : [71 69 84 69] : ${duration(total + 300)}\n`;
    parts.push(call);
    length += call.length;
  }
  return { text: Buffer.from(parts.join("")), calls: parts.length };
}

/** `mm:ss.uuuuuu`. */
function time(us: number): string {
  const seconds = Math.floor(us / 1e6) % 3_600;
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}.${String(us % 1e6).padStart(6, "0")}`;
}

/** As Go prints it. */
function duration(us: number): string {
  if (us < 1) return `${Math.max(1, Math.round(us * 1e3))}ns`;
  return us < 1e3 ? `${Number(us.toFixed(3))}µs` : `${Number((us / 1e3).toFixed(6))}ms`;
}
