/** A codicon; it says nothing to screen readers, its button or text does. */
export function Icon({ name, isSpinning }: { name: string; isSpinning?: boolean }) {
  return <span class={`codicon codicon-${name}${isSpinning ? ' codicon-modifier-spin' : ''}`} aria-hidden="true" />;
}
