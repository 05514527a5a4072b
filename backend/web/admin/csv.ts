/** Tables as files for spreadsheets: text that a spreadsheet would take for a formula is marked as text (security B9). */

const isFormula = (text: string) => /^[=+\-@\t\r\n\0＝＋－＠]/.test(text)

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `"${(isFormula(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}

export const toCsv = (header: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  // Spreadsheets take a file for UTF-8 by its first character.
  `\ufeff${[header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
