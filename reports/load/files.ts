/** What is drawn from load records. The same records give the same bytes. */
import { loadFigure } from "../figures/load-figure.ts";
import { renderFigure } from "../figures/render-figure.ts";
import { explorePage } from "../formats/explore-page.ts";
import { toMarkdown } from "../formats/markdown.ts";
import { toCsv } from "../formats/to-csv.ts";
import { toJson } from "../formats/to-json.ts";
import { toJunit } from "../formats/to-junit.ts";
import { chartFigure } from "../page/chart-figure.ts";
import { quotable, smokeText } from "../quotable.ts";
import type { LoadRecord } from "../records/load-record.ts";
import type { RunRecord } from "../records/record.ts";
import { type ReportDocument, type Section } from "../tables/document.ts";
import { forwardedCalls } from "../tables/run-tables.ts";
import { loadChart } from "./chart.ts";
import { type LoadSummary, summariseLoad } from "./summary.ts";
import { boundShare, heldTable, loadTitle, stepsTable, withoutStepTexts } from "./tables.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** `load.{md,html,csv,json,junit.xml}` for all functions, and `load.<label>.{svg,png,pdf,vl.json}` for each. */
export async function loadFiles(records: readonly LoadRecord[], run: RunRecord): Promise<Files> {
  const summaries = records.map(summariseLoad);
  const pictures: Record<string, string | Uint8Array> = {};
  const sections: Section[] = [];
  for (const summary of summaries) {
    const name = `load.${summary.record.label}`;
    const spec = loadFigure(summary);
    const chart = loadChart(summary);
    if (spec === undefined || chart === undefined) {
      sections.push(...sectionsOf(summary, {}));
      continue;
    }
    const { svg, png, pdf } = await renderFigure(spec);
    Object.assign(pictures, { [`${name}.svg`]: svg, [`${name}.png`]: png, [`${name}.pdf`]: pdf });
    pictures[`${name}.vl.json`] = `${JSON.stringify(spec, null, 2)}\n`;
    const explore = await chartFigure(chart, { printed: svg, id: name });
    sections.push(...sectionsOf(summary, { picture: { file: `${name}.svg`, svg }, explore }));
  }
  const began = `Run ${run.runId}, started ${run.startedAt}: ${run.outcome}.`;
  const document: ReportDocument = {
    title: "Under load",
    sections: [{ title: "Run", paragraphs: [began, ...forwardedCalls(run.environment)] }, ...sections],
  };
  const told = summaries.map(({ record: { label, plan }, ...of }) => ({ label, plan, ...of }));
  return {
    ...pictures,
    "load.md": toMarkdown(document),
    "load.html": await explorePage(document),
    "load.csv": stepsToCsv(summaries),
    "load.json": toJson(told),
    "load.junit.xml": heldToJunit(summaries),
  };
}

function sectionsOf(summary: LoadSummary, drawn: Pick<Section, "picture" | "explore">): readonly Section[] {
  const { record, cutBlocks } = summary;
  const { label, plan, proofs, voids } = record;
  const share = boundShare(plan);
  return [
    {
      title: label,
      ...drawn,
      paragraphs: [
        `A rate meets the bound if ${share} of its planned calls got the right answer within ${plan.boundMs} ms after they were ` +
          "due; calls that failed or were not sent count as missed. In every block the lower rate of the bracket and all " +
          "rates below it met the bound, and the upper rate or one below it missed it. Lower (higher): in every one of 5 " +
          "blocks or more the bracket lies below (above) the baseline's; the range is what the brackets leave open.",
        ...(quotable(record) ? [] : [smokeText]),
        ...(cutBlocks.length === 0 ? [] : [`Interrupted before its final checks: block ${cutBlocks.join(", ")}.`]),
        ...withoutStepTexts(summary),
        ...voids.map(({ system = "all systems", reason }) => `Void, ${system}: ${reason}`),
      ],
      table: heldTable(summary),
    },
    {
      title: `${label}: steps`,
      paragraphs: [
        "Latencies are those of right answers and start when a call is due; service time starts when it is sent. CPU: processor " +
          "time of the system's sandboxes per call that was sent, without what they use while no call runs; mean over blocks, " +
          "with half of its 95 % interval. A " +
          "percentile needs enough calls: p50 6, p90 29, p99 299, p99.9 2995. Waited: every client was busy when the call " +
          "was due. Sent late: the load generator's own lateness while a client was free; it is part of the latencies. " +
          "Saturated: the system completes less than 95 % of the offered rate. Void: the bound was missed, and the load " +
          "generator may be the reason; numbers come from the valid blocks if there are any.",
        `The runtimes were proven by ${new Set(proofs.map(({ instance }) => instance)).size} instances.`,
      ],
      table: stepsTable(summary),
    },
  ];
}

/** One test case per function and system. */
const heldToJunit = (summaries: readonly LoadSummary[]): string =>
  toJunit(
    "load",
    summaries.flatMap(({ record: { label }, held }) =>
      held.flatMap(({ system, verdict, verdictText: text }) =>
        verdict === "baseline"
          ? []
          : [{ group: label, name: loadTitle(system), text, state: verdict === "not settled" ? "skipped" : "passed" }],
      ),
    ),
  );

/** One row per step and block. */
const stepsToCsv = (summaries: readonly LoadSummary[]): string =>
  toCsv(
    summaries.flatMap(({ record: { label, plan }, steps }) =>
      steps.map(({ failed, latenciesNs: [p50, p90, p99, p999], servicesNs, ...step }) => ({
        function: label,
        system: step.system,
        block: step.block,
        replicas: plan.replicas,
        clients: plan.clients,
        arrivals: plan.arrivals,
        offered_per_s: step.ratePerS,
        completed_per_s: step.completedPerS,
        planned: step.planned,
        ok: step.ok,
        wrong_answers: failed["wrong-answer"],
        errors: failed.error,
        timeouts: failed.timeout,
        unsent: failed.unsent,
        waited: step.waited,
        p50_ns: p50,
        p90_ns: p90,
        p99_ns: p99,
        p999_ns: p999,
        service_p50_ns: servicesNs[0],
        service_p99_ns: servicesNs[2],
        cpu_per_call_ns: step.cpuPerCallNs,
        sent_late_p95_ns: step.lateP95Ns,
        within_bound: step.within,
        holds: step.holds,
        saturated: step.saturated,
        void: step.voided,
      })),
    ),
  );
