import { describe, expect, test } from 'vitest'
import { panelMistakes } from './panel-bundle.ts'

const mistakes = (js: string, css = '') =>
  panelMistakes({ js, css }).map((mistake) => mistake.split(' (…')[0])

describe('the oldest web view would stumble over', () => {
  test.each([
    ['var a=new RegExp("^\\\\p{L}+$","u");', /flag u, s, v or y/],
    ['var a=new RegExp("a.b","gs")', /flag u, s, v or y/],
    ['var a=new RegExp("(?<=a)b","")', /look-behind or a named group/],
    ['a=b?.c', /optional chaining/],
    ['a=b??c', /\?\? that was not lowered/],
    ['async function a(){}', /async function/],
    ['fetch("/x")', /not in QtWebKit/],
    ['new Function("return 1")', /code from text/],
    ['x=eval("1")', /code from text/],
    ['1\n//# sourceMappingURL=panel.js.map', /source map/],
    ['s.src="https://cdn.example/lib.js"', /loads something from elsewhere/],
  ])('%s', (js, why) => {
    expect(mistakes(js)).toEqual([expect.stringMatching(why)])
  })

  test.each([
    'display:grid',
    'display: inline-grid',
    'grid-template-columns:1fr',
    'gap:4px',
    'row-gap: 4px',
    'position: sticky',
    'inset:0',
    'aspect-ratio:1',
    'width:min(10px,50%)',
    'width:fit-content',
  ])('.a{%s}', (rule) => {
    expect(mistakes('', `.a{${rule}}`)).toEqual([expect.stringContaining('panel.css')])
  })

  test.each([
    '.a:focus-visible{color:red}',
    '.a:is(b,c){color:red}',
    '.a{background:url(//elsewhere.example/a.png)}',
  ])('%s', (css) => expect(mistakes('', css)).toHaveLength(1))
})

test('but not over texts and patterns that only look so', () => {
  expect(
    mistakes(`a="b?.c ?? d";c='new Function';e=/x?.y??/g.test(f);g=h?.5:1;i=j/k;l=m/"'".length`),
  ).toEqual([])
  expect(mistakes('var ns="http://www.w3.org/2000/svg"')).toEqual([])
  expect(
    mistakes('', '.grid{margin:4px;min-width:10px}.inset-a{display:flex;position:-webkit-sticky}'),
  ).toEqual([])
})
