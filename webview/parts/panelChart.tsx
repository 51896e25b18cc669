import { spread } from '../draw/lossMarks.ts';
import { classColour, classShape, shapes } from '../draw/palette.ts';
import type { Panel, PanelLine } from '../draw/panel.ts';
import { type DrawnLine, type PanelPicture, panelPicture } from '../draw/panelPicture.ts';
import { shapeOutline } from '../draw/shapeOutline.ts';
import { type ThemeColours, withAlpha } from '../draw/themeColours.ts';

const height = 190;
/** The narrowest drawing that can be read. */
const smallest = 240;

/** One panel as a drawing that stands for itself: its colours are in it, so that it can be saved as it is. */
export function PanelChart({ panel, width, colours }: { panel: Panel; width: number; colours: ThemeColours }) {
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
      {picture.lines.map((line, i) => (
        <Line key={`${i}${line.line.label}`} drawn={line} colours={colours} />
      ))}
      <EndLabels picture={picture} colours={colours} />
    </svg>
  );
}

function Line({ drawn: { line, path, band, dots }, colours }: { drawn: DrawnLine; colours: ThemeColours }) {
  const stroke = strokeOf(line, colours);
  const isShaped = line.series !== undefined;
  const hasDots = isShaped || (line.isDotted && line.kind !== 'beside');
  return (
    <g>
      {band !== '' && !line.isDotted && <path d={band} fill={withAlpha(stroke.stroke, 0.14)} />}
      {(!isShaped || !line.isDotted) && <path d={path} fill="none" {...stroke} />}
      {hasDots &&
        dots.map((dot) => (
          <g key={dot.x}>
            {line.isDotted && dot.low !== null && <line x1={dot.x} x2={dot.x} y1={dot.low} y2={dot.high ?? dot.low} {...stroke} />}
            {isShaped ? (
              <path
                d={shapeOutline(shapes[classShape(line.series!)]!)}
                transform={`translate(${dot.x} ${dot.y}) scale(4)`}
                fill={stroke.stroke}
                fill-rule="evenodd"
              >
                <title>{dot.text}</title>
              </path>
            ) : (
              <circle
                cx={dot.x}
                cy={dot.y}
                r={line.kind === 'predicted' ? 3.5 : 2}
                fill={line.kind === 'predicted' ? colours.background : stroke.stroke}
                stroke={stroke.stroke}
              >
                <title>{dot.text}</title>
              </circle>
            )}
          </g>
        ))}
    </g>
  );
}

function Axes({ picture, panel, colours }: { picture: PanelPicture; panel: Panel; colours: ThemeColours }) {
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
      {picture.zero !== null && <line x1={area.left} x2={area.right} y1={picture.zero} y2={picture.zero} stroke={colours.foreground} />}
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
          x={(line.isDotted && line.series !== undefined ? picture.area.right : Math.min(x, picture.area.right)) + 8}
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

interface Stroke {
  stroke: string;
  'stroke-width': number;
  'stroke-dasharray'?: string;
}

function strokeOf({ kind, series }: PanelLine, colours: ThemeColours): Stroke {
  if (series !== undefined) return { stroke: classColour(series, colours.isDark), 'stroke-width': 1.75 };
  switch (kind) {
    case 'learned':
      return { stroke: colours.live, 'stroke-width': 1.75 };
    case 'predicted':
      return { stroke: colours.rule, 'stroke-width': 1.5, 'stroke-dasharray': '5 3' };
    case 'beside':
      return { stroke: withAlpha(colours.foreground, colours.isHighContrast ? 0.8 : 0.45), 'stroke-width': 1 };
  }
}
