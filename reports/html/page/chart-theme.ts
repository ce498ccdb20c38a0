// Colours of the charts: taken from the style sheet so that charts and text change together, and the Okabe-Ito palette,
// which readers with colour blindness can tell apart. The choice of theme is remembered where the browser allows it.

export interface ChartTheme {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly grid: string;
  readonly shade: string;
  readonly ground: string;
  readonly panel: string;
}

/** Okabe and Ito's palette without black and yellow, which vanish on one of the two grounds. */
export const POLICY_COLORS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9'] as const;

const STORAGE_KEY = 'metaltwin-theme';

export function policyColor(index: number): string {
  return POLICY_COLORS[index % POLICY_COLORS.length] ?? POLICY_COLORS[0];
}

export function currentTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: color('ink'),
    quiet: color('quiet'),
    line: color('line'),
    grid: color('grid'),
    shade: color('shade'),
    ground: color('ground'),
    panel: color('panel'),
  };
}

/** Sets the theme from memory or preference, wires the button, and calls back after every change and once now. */
export function installThemeToggle(onChange: () => void): void {
  const button = document.getElementById('theme');
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const show = (dark: boolean): void => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    if (button !== null) button.textContent = dark ? 'Light theme' : 'Dark theme';
    onChange();
  };
  const remembered = readMemory();
  show(remembered === null ? prefersDark.matches : remembered === 'dark');
  prefersDark.addEventListener('change', (event) => {
    if (readMemory() === null) show(event.matches);
  });
  if (button === null) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    const dark = document.documentElement.dataset.theme !== 'dark';
    writeMemory(dark ? 'dark' : 'light');
    show(dark);
  });
}

/** Storage is closed to some files opened from a disk; the theme then lasts as long as the page. */
function readMemory(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch (refused) {
    return refused instanceof DOMException ? null : fail(refused);
  }
}

function writeMemory(theme: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch (refused) {
    if (!(refused instanceof DOMException)) fail(refused);
  }
}

function fail(error: unknown): never {
  throw error;
}
