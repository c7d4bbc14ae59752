/**
 * Draws a Vega-Lite specification as SVG, PNG and PDF without a browser; the same specification gives the same bytes.
 * PNG and PDF carry the project's font. The SVG names it: the whole font would be twenty times the picture.
 */
import { once } from "node:events";
import { Resvg } from "@resvg/resvg-js";
import PDFDocument from "pdfkit";
import svgToPdf from "svg-to-pdfkit";
import { type Spec, View, parse, resetSVGDefIds } from "vega";
import { type TopLevelSpec, compile } from "vega-lite";
import { fontFamily, fontFile, measureWithFont } from "./font.ts";

export interface RenderedFigure {
  /** One point per unit, text as text; small enough to read its difference in a review. */
  readonly svg: string;
  /** 300 dots per inch. */
  readonly png: Uint8Array;
  /** One page, vector, fonts embedded. */
  readonly pdf: Uint8Array;
}

const pngDotsPerPoint = 300 / 72;

export async function renderFigure(spec: TopLevelSpec): Promise<RenderedFigure> {
  const drawn = await renderSvg(compile(spec).spec);
  const size = sizeOf(drawn);
  return {
    svg: standalone(drawn, size),
    png: toPng(drawn, size),
    pdf: await toPdf(drawn, size),
  };
}

/** As Vega draws it: one pixel per unit. */
export async function renderSvg(spec: Spec): Promise<string> {
  measureWithFont();
  const view = new View(parse(spec), { renderer: "none" });
  resetSVGDefIds(); // Vega counts them on from one picture to the next
  const drawn = await view.toSVG();
  view.finalize();
  return drawn;
}

interface Size {
  readonly widthPt: number;
  readonly heightPt: number;
}

function sizeOf(svg: string): Size {
  const [, width, height] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new TypeError("Vega's SVG has no width and height");
  return { widthPt: Number(width), heightPt: Number(height) };
}

/**
 * Points instead of pixels, so that it prints at its true size. Verdana has the widths of DejaVu Sans (both are by the
 * designers of Bitstream Vera), so the layout holds where DejaVu is not installed.
 */
const standalone = (svg: string, { widthPt, heightPt }: Size): string =>
  withTooltips(svg)
    .replace(/ width="[\d.]+" height="[\d.]+"/, ` width="${widthPt}pt" height="${heightPt}pt"`)
    .replaceAll(`font-family="${fontFamily}"`, `font-family="${fontFamily}, Verdana, sans-serif"`);

/** Browsers show the title of what is pointed at; screen readers read it out as they would the label. */
const withTooltips = (svg: string): string =>
  svg.replaceAll(/<path aria-label="([^"]*)"([^>]*)\/>/g, "<path$2><title>$1</title></path>");

function toPng(svg: string, { widthPt }: Size): Uint8Array {
  const font = { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: fontFamily };
  const fitTo = { mode: "width", value: Math.round(widthPt * pngDotsPerPoint) } as const;
  return new Resvg(svg, { font, fitTo, background: "white" }).render().asPng();
}

async function toPdf(svg: string, { widthPt, heightPt }: Size): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: [widthPt, heightPt],
    margin: 0,
    font: fontFile, // else pdfkit starts with Helvetica, which is not embedded
    info: { Title: "Figure", Creator: "kalium-bench", CreationDate: new Date(0) }, // the same input, the same bytes
  });
  const chunks: Uint8Array[] = [];
  document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  const ended = once(document, "end");
  svgToPdf(document, svg, 0, 0, {
    assumePt: true,
    fontCallback: () => fontFile,
    warningCallback: (warning) => {
      throw new TypeError(`the PDF would differ from the SVG: ${warning}`);
    },
  });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
