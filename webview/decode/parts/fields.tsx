import { useEffect, useState } from 'preact/hooks';
import { formatPlain } from '../../draw/formatNumber.ts';

interface Named {
  label: string;
  /** What it does, for who hovers. */
  title: string;
}

interface SliderProps extends Named {
  value: number;
  min: number;
  max: number;
  step: number;
  change(value: number): void;
}

/** A number that is slid, with what it is now. */
export function Slider({ label, title, value, min, max, step, change }: SliderProps) {
  return (
    <label class="field" title={title}>
      <span class="field-name">{label}</span>
      <input
        type="range"
        aria-label={label}
        {...{ min: Math.min(min, value), max: Math.max(max, value), step }}
        value={value}
        onInput={({ currentTarget }) => change(currentTarget.valueAsNumber)}
      />
      <output class="number">{formatPlain(value)}</output>
    </label>
  );
}

interface CountProps extends Named {
  value: number;
  min: number;
  max: number;
  change(value: number): void;
}

/** A whole number that is typed; what is no such number is not taken. */
export function Count({ label, title, value, min, max, change }: CountProps) {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => setTyped(null), [value]);
  const isWrong = typed !== null && !isCount(typed, min, max);
  return (
    <label class="field" title={title}>
      <span class="field-name">{label}</span>
      <input
        type="number"
        class="count"
        {...{ min, max }}
        value={typed ?? value}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          if (isCount(currentTarget.value, min, max)) change(currentTarget.valueAsNumber);
        }}
        onBlur={() => setTyped(null)}
      />
    </label>
  );
}

const isCount = (text: string, min: number, max: number): boolean => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;

interface ChoiceProps<T extends string> extends Named {
  value: T;
  options: readonly { value: T; label: string; title?: string }[];
  change(value: T): void;
}

/** One of a few words. */
export function Choice<T extends string>({ label, title, value, options, change }: ChoiceProps<T>) {
  return (
    <label class="field" title={title}>
      <span class="field-name">{label}</span>
      <select value={value} onChange={({ currentTarget }) => change(currentTarget.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} title={option.title}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TickProps extends Named {
  value: boolean;
  change(value: boolean): void;
}

/** Yes or no. */
export function Tick({ label, title, value, change }: TickProps) {
  return (
    <label class="field" title={title}>
      <input type="checkbox" checked={value} onChange={({ currentTarget }) => change(currentTarget.checked)} />
      <span class="field-name">{label}</span>
    </label>
  );
}
