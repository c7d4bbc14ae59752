/** Of the terminal on standard output, in characters; unlimited where there is none, so that no log breaks its lines. */
export function outputWidth(): number {
  const { isTTY, columns } = process.stdout;
  return isTTY && columns > 0 ? columns : Infinity;
}
