import { spread } from '../draw/lossMarks.ts';
import { type PanelPicture, panelPicture } from '../draw/panelPicture.ts';
import type { ThemeColours } from '../draw/themeColours.ts';
import type { PanelLine, TheoryPanel } from '../draw/theoryPanels.ts';

const height = 190;
/** A line of text that stands beside the ends of lines. */
const smallest = 240;

/** One panel of the theory as a drawing that stands for itself: its colours are in it, so that it can be saved as it is. */
export function PanelChart({ panel, width, colours }: { panel: TheoryPanel; width: number; colours: ThemeColours }) {
  const picture = panelPicture(panel, Math.max(smallest, width), height);
  const { area } = picture;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={picture.width}
      height={height}
      viewBox={`0 0 ${picture.width} ${height}`}
      role="img"
      aria-label={`${panel.title}: ${panel.sentence}`}
      font-family={colours.font}
      font-size="11"
    >
      <Axes picture={picture} panel={panel} colours={colours} />
      {picture.mark && (
        <g>
          <line x1={picture.mark.x} x2={picture.mark.x} y1={area.top} y2={area.bottom} stroke={colours.foreground} />
          <text x={picture.mark.x + 4} y={area.top + 8} fill={colours.muted}>
            {picture.mark.label}
          </text>
        </g>
      )}
      {picture.lines.map(({ line, path, dots }, i) => (
        <g key={`${i}${line.label}`}>
          <path d={path} fill="none" {...strokeOf(line.kind, colours)} />
          {line.isDotted &&
            line.kind !== 'beside' &&
            dots.map(({ x, y, text }) => (
              <circle
                key={x}
                cx={x}
                cy={y}
                r={line.kind === 'predicted' ? 3.5 : 2}
                fill={line.kind === 'predicted' ? colours.background : colours.live}
                stroke={line.kind === 'predicted' ? colours.rule : colours.live}
              >
                <title>{text}</title>
              </circle>
            ))}
        </g>
      ))}
      <EndLabels picture={picture} colours={colours} />
    </svg>
  );
}

function Axes({ picture, panel, colours }: { picture: PanelPicture; panel: TheoryPanel; colours: ThemeColours }) {
  const { area } = picture;
  return (
    <g fill={colours.muted}>
      {picture.yTicks.map(({ at, text }) => (
        <g key={text}>
          <line x1={area.left} x2={area.right} y1={at} y2={at} stroke={colours.grid} />
          <text x={area.left - 6} y={at} text-anchor="end" dominant-baseline="middle">
            {text}
          </text>
        </g>
      ))}
      <line x1={area.left} x2={area.right} y1={area.bottom} y2={area.bottom} stroke={colours.border} />
      {picture.xTicks.map(({ at, text }) => (
        <text key={text} x={at} y={area.bottom + 13} text-anchor="middle">
          {text}
        </text>
      ))}
      <text x={area.right} y={area.bottom + 27} text-anchor="end">
        {panel.xLabel}
      </text>
    </g>
  );
}

/** Names at the ends of lines, moved apart where they would overlap. */
function EndLabels({ picture, colours }: { picture: PanelPicture; colours: ThemeColours }) {
  const labels = picture.lines.flatMap(({ line, end }) =>
    end && line.label !== '' ? [{ text: line.label, x: end.x, y: end.y, line }] : [],
  );
  spread(labels, picture.area.top + 6, picture.area.bottom - 6);
  return (
    <g>
      {labels.map(({ text, x, y, line }) => (
        <text
          key={text}
          x={Math.min(x, picture.area.right) + 6}
          y={y}
          dominant-baseline="middle"
          fill={line.kind === 'learned' ? colours.foreground : colours.muted}
        >
          {text}
        </text>
      ))}
    </g>
  );
}

function strokeOf(kind: PanelLine['kind'], colours: ThemeColours) {
  switch (kind) {
    case 'learned':
      return { stroke: colours.live, 'stroke-width': 1.75 };
    case 'predicted':
      return { stroke: colours.rule, 'stroke-width': 1.5, 'stroke-dasharray': '5 3' };
    case 'beside':
      return { stroke: colours.foreground, 'stroke-width': 1, 'stroke-opacity': colours.isHighContrast ? 0.8 : 0.45 };
  }
}
