/** The address of a search as the server writes it: empty fields left out, four corners as one box, two days as one time. */

const sides = ['west', 'south', 'east', 'north']

export const toSearchAddress = (action: string, fields: FormData): string => {
  const text = (name: string) => {
    const value = fields.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const query = new URLSearchParams()
  const add = (name: string, value: string) => {
    if (value !== '') query.append(name, value)
  }
  add('q', text('q'))
  for (const [name, value] of fields)
    if (typeof value === 'string' && !['q', 'sortby', 'from', 'until', ...sides].includes(name))
      add(name, value)
  const corners = sides.map(text)
  if (corners.some((corner) => corner !== ''))
    add('bbox', corners.map((corner) => corner.replace(',', '.')).join(','))
  const [from, until] = [text('from'), text('until')]
  if (from !== '' || until !== '') add('datetime', `${from || '..'}/${until || '..'}`)
  add('sortby', text('sortby'))
  return `${action}${query.size > 0 ? `?${query}` : ''}`
}
