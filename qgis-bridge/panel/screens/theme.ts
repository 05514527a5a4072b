/** QGIS's palette as custom properties; what QGIS has no colour for is mixed from those it has. */
import type { Theme } from '../protocol/verbs.ts'

type Rgb = [number, number, number]

const toRgb = (colour: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Rgb

const toColour = (rgb: Rgb): string =>
  `#${rgb.map((part) => (part < 16 ? '0' : '') + Math.round(part).toString(16)).join('')}`

const mix = (one: string, other: string, share: number): string => {
  const [a, b] = [toRgb(one), toRgb(other)]
  return toColour(a.map((part, at) => part + ((b[at] ?? part) - part) * share) as Rgb)
}

const luminance = (colour: string): number => {
  const [red, green, blue] = toRgb(colour).map((part) => {
    const share = part / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export const contrast = (one: string, other: string): number => {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** Palettes of desktops are not made for small text: a colour moves towards the text's until it can be read. */
const readable = (colour: string, ground: string, text: string, wanted = 4.6): string => {
  for (let share = 0; share < 1; share += 0.1) {
    const mixed = mix(colour, text, share)
    if (contrast(mixed, ground) >= wanted) return mixed
  }
  return text
}

const tones = {
  light: { good: '#1b6b36', info: '#1d5b96', warning: '#8a4b00', bad: '#a8201a' },
  dark: { good: '#7fd99a', info: '#8cc4f5', warning: '#f2bd6f', bad: '#ff9d94' },
}

export const toProperties = ({ isDark, colours, fontFamily, fontPx }: Theme): Record<string, string> => {
  const colour = (name: string, otherwise: string) => colours[name] ?? otherwise
  const window = colour('window', isDark ? '#2e2f30' : '#f0f0f0')
  const ink = readable(colour('windowText', '#808080'), window, isDark ? '#ffffff' : '#000000', 7)
  const base = colour('base', isDark ? '#232425' : '#ffffff')
  const text = readable(colour('text', ink), base, isDark ? '#ffffff' : '#000000')
  const button = colour('button', window)
  const highlight = colour('highlight', '#308cc6')
  const onHighlight = colour('highlightedText', '#ffffff')
  const accent =
    contrast(highlight, onHighlight) >= 4.5
      ? highlight
      : readable(highlight, onHighlight, luminance(onHighlight) > 0.5 ? '#000000' : '#ffffff')
  const properties: Record<string, string> = {
    '--window': window,
    '--ink': ink,
    '--base': base,
    '--text': text,
    '--button': button,
    '--button-ink': readable(colour('buttonText', ink), button, isDark ? '#ffffff' : '#000000'),
    '--accent': accent,
    '--accent-ink': onHighlight,
    '--focus': readable(highlight, window, ink, 3.5),
    '--line': readable(colour('mid', mix(window, ink, 0.3)), window, ink, 1.6),
    '--edge': readable(colour('mid', mix(window, ink, 0.4)), base, text, 3.1),
    '--soft': readable(mix(ink, window, 0.35), isDark ? mix(window, ink, 0.08) : window, ink, 4.8),
    '--link': readable(colour('link', highlight), base, text),
    '--font': `${JSON.stringify(fontFamily)}, system-ui, sans-serif`,
    '--font-size': `${Math.max(11, Math.min(24, fontPx))}px`,
  }
  const chosen = isDark ? tones.dark : tones.light
  for (const name of Object.keys(chosen) as (keyof typeof chosen)[]) {
    const ground = mix(base, chosen[name], isDark ? 0.16 : 0.1)
    properties[`--${name}`] = readable(chosen[name], ground, text)
    properties[`--${name}-soft`] = ground
  }
  return properties
}

export const applyTheme = (root: HTMLElement, theme: Theme) => {
  const properties = toProperties(theme)
  for (const name of Object.keys(properties)) root.style.setProperty(name, properties[name] ?? '')
  root.className = theme.isDark ? 'dark' : 'light'
}
