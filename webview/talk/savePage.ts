import { pageThemeSchema } from '../../src/protocol/pageTheme.ts';
import { post } from './vscodeApi.ts';

const start = '--vscode-';

/** Has the host save this page as a file, in the colours it has now; a colour that cannot be written down is left out. */
export function savePage(): void {
  const { style } = document.documentElement;
  const variables = Object.fromEntries(
    Array.from(style)
      .filter((name) => name.startsWith(start))
      .map((name) => [name.slice(2), style.getPropertyValue(name).trim()] as const)
      .filter(([name, value]) => pageThemeSchema.shape.variables.safeParse({ [name]: value }).success),
  );
  const classes = [...document.body.classList].filter((name) => name.startsWith('vscode-'));
  post({ kind: 'savePage', theme: { classes, variables } });
}
