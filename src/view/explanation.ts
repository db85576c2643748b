import type { Trace, TraceLink } from '../credentials/credentials.ts';
import { escapeMarkdown, visible } from '../lib/escape.ts';
import type { Row } from './row.ts';
import { clockTime, shortPath } from './words.ts';

/** A row of "Why This Identity": one link of the chain, in the order in which it was tried. */
export type ExplanationNode = { readonly kind: 'link'; readonly index: number; readonly link: TraceLink };

export function explanationNodes(trace: Trace | undefined): readonly ExplanationNode[] {
  return (trace?.links ?? []).map((link, index) => ({ kind: 'link', index, link }));
}

const ICONS: Readonly<Record<TraceLink['outcome'], Row['icon']>> = {
  won: { id: 'pass', color: 'charts.green' },
  skipped: { id: 'dash' },
  failed: { id: 'error', color: 'list.errorForeground' },
};

/** The row of a link; a click opens the file at the line that it comes from. */
export function explanationRow(node: ExplanationNode, home: string, now: number): Row {
  const { link } = node;
  const source = visible(link.source);
  const reason = visible(localTimes(link.reason, now));
  const where =
    link.file === undefined
      ? ''
      : visible(`${shortPath(link.file, home)}${link.line === undefined ? '' : `:${link.line}`}`);
  const time = link.ms === undefined ? '' : `${Math.round(link.ms)} ms`;
  return {
    id: `link:${node.index}`,
    label: source,
    description: [reason, where, time].filter(part => part !== '').join(' · '),
    icon: ICONS[link.outcome],
    context: 'link',
    collapsible: 'none',
    accessibleLabel: `${source}, ${link.outcome}, ${reason}`,
    ...(link.file === undefined
      ? {}
      : {
          command: {
            id: 'rolecall.reveal',
            title: 'Open',
            arguments: [{ from: 'link', target: { kind: 'place', file: link.file, line: link.line ?? 1 } }],
          },
        }),
  };
}

/** The hover of a link: the whole reason, which the row may cut. Markdown with everything foreign escaped. */
export function explanationTooltip({ link }: ExplanationNode, home: string, now: number): string {
  const where = link.file === undefined ? '' : `${shortPath(link.file, home)}:${link.line ?? 1}`;
  return [
    `**${escapeMarkdown(link.source)}**: ${link.outcome}`,
    escapeMarkdown(localTimes(link.reason, now)),
    escapeMarkdown(where),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

/** A trace has its times in UTC, for programs; a person reads their own clock. */
function localTimes(text: string, now: number): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, time =>
    clockTime(Date.parse(time), now),
  );
}
