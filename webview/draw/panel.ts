/** A number of a panel, perhaps with an interval around it. */
export interface PanelPoint {
  x: number;
  y: number;
  low?: number;
  high?: number;
}

/** A line of a panel, or its points. */
export interface PanelLine {
  label: string;
  points: PanelPoint[];
  /** What was learned is drawn in full, what is predicted dashed, what is beside the point thin. */
  kind: 'learned' | 'predicted' | 'beside';
  /** Whether each number stands for itself: direction 1, 2, ... instead of a course over time. */
  isDotted: boolean;
  /** One of several equal lines, told apart by colour, dash and the shape of its points; null for the others. */
  series?: number;
}

/** One small chart, with the one sentence on what it shows. */
export interface Panel {
  id: string;
  title: string;
  /** What is drawn, with its formula. */
  definition: string;
  sentence: string;
  xLabel: string;
  lines: PanelLine[];
  isLog: boolean;
  /** The x axis is logarithmic and names these places; linear with round numbers where there are none. */
  places?: readonly number[];
  /** A place on the x axis that has a name. */
  mark: { x: number; label: string } | null;
}
