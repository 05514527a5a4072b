/**
 * What QtWebKit 602 lacks of the library and the panel, Preact or the shared pure modules use. Syntax is lowered by
 * esbuild; what is neither here nor in ES2016 must not be used. Entries are added only where the engine has none.
 */

const add = (target: object, name: string, value: unknown) => {
  if (name in target) return
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false })
}

const keysOf = (object: Record<string, unknown>) => Object.keys(object)

add(Object, 'entries', (object: Record<string, unknown>) => keysOf(object).map((key) => [key, object[key]]))
add(Object, 'values', (object: Record<string, unknown>) => keysOf(object).map((key) => object[key]))
// Taken apart, because a formatter that sees it whole writes Object.hasOwn, which then calls itself.
const isOwn = Object.prototype.hasOwnProperty
add(Object, 'hasOwn', (object: object, key: PropertyKey) => isOwn.call(object, key))
add(Object, 'fromEntries', (entries: Iterable<[string, unknown]>) => {
  const object: Record<string, unknown> = {}
  for (const [key, value] of entries) object[key] = value
  return object
})

const flatten = (list: readonly unknown[], depth: number): unknown[] => {
  const flat: unknown[] = []
  for (const item of list) {
    if (Array.isArray(item) && depth > 0) flat.push(...flatten(item, depth - 1))
    else flat.push(item)
  }
  return flat
}

add(Array.prototype, 'flat', function (this: unknown[], depth = 1) {
  return flatten(this, depth)
})
add(
  Array.prototype,
  'flatMap',
  function (this: unknown[], toItems: (item: unknown, index: number) => unknown) {
    return flatten(this.map(toItems), 1)
  },
)
const at = function <Item>(this: ArrayLike<Item>, index: number): Item | undefined {
  return this[index < 0 ? this.length + index : index]
}
add(Array.prototype, 'at', at)
add(String.prototype, 'at', at)
add(Array.prototype, 'findLast', function (this: unknown[], isWanted: (item: unknown) => boolean) {
  return this.slice().reverse().find(isWanted)
})

const pad = (text: string, length: number, filler: string) =>
  filler
    .repeat(Math.ceil(Math.max(0, length - text.length) / filler.length))
    .slice(0, Math.max(0, length - text.length))
add(String.prototype, 'padStart', function (this: string, length: number, filler = ' ') {
  return pad(String(this), length, filler) + String(this)
})
add(String.prototype, 'padEnd', function (this: string, length: number, filler = ' ') {
  return String(this) + pad(String(this), length, filler)
})
add(String.prototype, 'trimStart', function (this: string) {
  return this.replace(/^\s+/, '')
})
add(String.prototype, 'trimEnd', function (this: string) {
  return this.replace(/\s+$/, '')
})
add(String.prototype, 'replaceAll', function (this: string, wanted: string | RegExp, by: string) {
  return typeof wanted === 'string' ? this.split(wanted).join(by) : this.replace(wanted, by)
})

add(Promise.prototype, 'finally', function (this: Promise<unknown>, after: () => unknown) {
  return this.then(
    (value) => Promise.resolve(after()).then(() => value),
    (reason) =>
      Promise.resolve(after()).then(() => {
        throw reason
      }),
  )
})

if (typeof NodeList !== 'undefined') add(NodeList.prototype, 'forEach', Array.prototype.forEach)
if (typeof window !== 'undefined') {
  add(window, 'globalThis', window)
  add(window, 'queueMicrotask', (task: () => void) => void Promise.resolve().then(task))
}

export {}
