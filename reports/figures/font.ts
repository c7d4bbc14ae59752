/**
 * The one font of all figures, and the width of text in it. Without a canvas Vega only guesses widths (0.8 em a
 * letter), which spoils its layout; pdfkit reads them from the font file.
 */
import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import { textMetrics } from "vega";

declare module "vega" {
  /** Vega's seam for a custom text measure; exported but missing in the types. */
  // oxlint-disable-next-line no-unused-vars -- it adds to a module
  const textMetrics: {
    width: (item: { readonly text?: string | number; readonly fontSize?: number }, text?: string) => number;
  };
  /** Starts the numbers of clip paths again; exported but missing in the types. */
  function resetSVGDefIds(): void;
}

export const fontFamily = "DejaVu Sans";
// not import.meta.resolve: Vitest does not offer it to the modules it runs
export const fontFile = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");

const ruler = new PDFDocument({ font: fontFile });

export const textWidthPt = (text: string, sizePt: number): number => ruler.fontSize(sizePt).widthOfString(text);

/** Makes Vega lay out with true widths. */
export function measureWithFont(): void {
  textMetrics.width = (item, text = String(item.text ?? "")) => textWidthPt(text, item.fontSize ?? 11);
}

/** Lines no wider than `widthPt`, broken at spaces. */
export function wrap(text: string, sizePt: number, widthPt: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && textWidthPt(longer, sizePt) <= widthPt) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
