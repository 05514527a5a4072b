/** A title as the name of a file: nothing a disk or the protocol refuses. The server names its own files. */
const isAllowed = (letter: string) => letter >= ' ' && '\\/:*?"<>|'.indexOf(letter) < 0

export const toFileStem = (title: string): string =>
  title
    .split('')
    .map((letter) => (isAllowed(letter) ? letter : ' '))
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120)
