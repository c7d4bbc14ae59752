import { renderFigure } from "../figures/render-figure.ts";
import { syscallFigure } from "../figures/syscall-figure.ts";
import type { SyscallMeasurement } from "./measurement.ts";

/** `syscalls.{svg,png,pdf,vl.json}` by name. The same statistics give the same bytes. */
export async function syscallPictures(
  measurements: readonly SyscallMeasurement[],
): Promise<{ readonly "syscalls.svg": string } & Readonly<Record<string, string | Uint8Array>>> {
  const spec = syscallFigure(measurements);
  const { svg, png, pdf } = await renderFigure(spec);
  return {
    "syscalls.svg": svg,
    "syscalls.png": png,
    "syscalls.pdf": pdf,
    "syscalls.vl.json": `${JSON.stringify(spec, null, 2)}\n`,
  };
}
