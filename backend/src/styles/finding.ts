/** What readers and writers of styles have to say: one sentence for a person, one code for ever. */

export type StyleFinding = {
  code: string
  message: string
  /** 1-based; absent when the finding is about the whole document. */
  line?: number
}

/** What a format cannot say. `approximated` shows something like it, `lost` shows something else or nothing. */
export type StyleLoss = {
  code: string
  verdict: 'approximated' | 'lost'
  message: string
  /** Title or name of the rule, as a person sees it. */
  rule?: string
}

/** Text from a file, made fit for a sentence. */
export const quoted = (text: string, limit = 80) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control and direction characters do not belong in messages
  const plain = text.replace(/[\s\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()
  return `'${plain.length > limit ? `${plain.slice(0, limit)}…` : plain}'`
}

/** Of each list; a style with more is not read to its end by anybody. */
export const MAX_FINDINGS = 100

/** The same thing said several times is said once, the first time. */
export const limited = <One extends { code: string; message: string }>(findings: One[]): One[] => {
  const seen = new Set<string>()
  const distinct = findings.filter(({ code, message }) => {
    const key = `${code} ${message}`
    return !seen.has(key) && seen.add(key)
  })
  return distinct.slice(0, MAX_FINDINGS)
}
