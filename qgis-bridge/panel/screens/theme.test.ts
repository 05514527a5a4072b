import { describe, expect, test } from 'vitest'
import { contrast, toProperties } from './theme.ts'

const palette = (overrides: Record<string, string> = {}) => ({
  isDark: false,
  colours: {
    window: '#efefef',
    windowText: '#000000',
    base: '#ffffff',
    text: '#000000',
    button: '#efefef',
    buttonText: '#000000',
    highlight: '#308cc6',
    highlightedText: '#ffffff',
    mid: '#b8b8b8',
    link: '#0000ff',
    ...overrides,
  },
  fontFamily: 'Noto "Sans"',
  fontPx: 13,
})

const darkColours = {
  window: '#323232',
  windowText: '#ffffff',
  base: '#232323',
  text: '#ffffff',
  button: '#323232',
  buttonText: '#ffffff',
  highlight: '#385a84',
  mid: '#5a5a5a',
  link: '#5bb4f5',
}

describe('QGIS’s palette in the panel', () => {
  test.each([
    ['light', palette()],
    ['dark', { ...palette(darkColours), isDark: true }],
    ['pale on pale', palette({ text: '#aaaaaa', windowText: '#bbbbbb', link: '#ccccff' })],
  ])('every text can be read: %s', (_name, theme) => {
    const properties = toProperties(theme)
    const pairs = [
      ['--ink', '--window'],
      ['--text', '--base'],
      ['--soft', '--window'],
      ['--soft', '--base'],
      ['--link', '--base'],
      ['--button-ink', '--button'],
      ['--accent-ink', '--accent'],
      ['--good', '--good-soft'],
      ['--info', '--info-soft'],
      ['--warning', '--warning-soft'],
      ['--bad', '--bad-soft'],
    ] as const
    const poor = pairs.filter(
      ([ink, ground]) => contrast(properties[ink] ?? '', properties[ground] ?? '') < 4.5,
    )
    expect(poor).toEqual([])
  })

  test('a font name with quotes stays a name', () => {
    expect(toProperties(palette())['--font']).toBe('"Noto \\"Sans\\"", system-ui, sans-serif')
  })
})
