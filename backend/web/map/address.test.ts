import { expect, test } from 'vitest'
import { type Look, readAddress, writeAddress } from './address.ts'

const read = (text: string) => readAddress(new URLSearchParams(text))

test('R10.4 R10.9 a deep link names layers, zoom and centre', () => {
  expect(read('layer=rivers&layer=metadata:x&zoom=11.5&center=-61,13.9')).toEqual({
    layers: [
      { id: 'rivers', isVisible: true, opacity: 1 },
      { id: 'metadata:x', isVisible: true, opacity: 1 },
    ],
    zoom: 11.5,
    center: [-61, 13.9],
  })
})

test('what is written is read again', () => {
  const look: Look = {
    layers: [
      { id: 'a', isVisible: false, opacity: 1 },
      { id: 'b:c', isVisible: true, opacity: 0.4 },
    ],
    zoom: 12.25,
    center: [-60.98765, 13.9],
  }
  expect(read(writeAddress(look).slice(1))).toEqual(look)
  expect(writeAddress({ layers: [], zoom: null, center: null })).toBe('')
})

test('a link that was shortened or mistyped opens what can be read of it', () => {
  expect(read('layer=&layer=a&layer=a&zoom=x&center=1,2,3')).toEqual({
    layers: [{ id: 'a', isVisible: true, opacity: 1 }],
    zoom: null,
    center: null,
  })
  expect(read('zoom=99&center=-61,').zoom).toBe(22)
  expect(read('center=-61,').center).toBeNull()
  expect(read('layer=a&opacity=a:no&opacity=:1').layers[0]?.opacity).toBe(1)
})
