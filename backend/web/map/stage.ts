/** The map itself: MapLibre over a base that needs nobody else, and the layers as the server paints them. */
import {
  Map as LibreMap,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl'
import { outlineDegrees } from '../../src/domain/outline.ts'
import { siteUrl } from '../place.ts'
import type { Seen } from './address.ts'
import type { MapLayer } from './layers.ts'

const workerUrl = `${siteUrl}/assets/maplibre-worker.js`

type TrustedTypes = {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => unknown
}

/** The pages' policy lets no text become a script; the map's threads are the one exception, and named here. */
const allowWorker = () => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  trustedTypes?.createPolicy('default', {
    createScriptURL: (url) => {
      if (url === workerUrl) return url
      throw new TypeError(`no script may come from ${url}`)
    },
  })
}

const isDark = () => matchMedia('(prefers-color-scheme: dark)').matches
const colours = () =>
  isDark()
    ? { sea: '#16272f', land: '#2f3b2a', shore: '#6d8060' }
    : { sea: '#d9ebf0', land: '#e6eddf', shore: '#8a9c78' }

export type Stage = {
  show: (layers: readonly { layer: MapLayer; seen: Seen }[]) => void
  fit: (bounds: [number, number, number, number]) => void
  look: () => { zoom: number; center: [number, number] }
  degreesPerPixel: () => number
  picture: () => Promise<Blob | null>
  remove: () => void
}

export type StageParts = {
  element: HTMLElement
  start: { zoom: number | null; center: [number, number] | null; bounds: [number, number, number, number] }
  onMoved: () => void
  onPointer: (place: [number, number]) => void
  onPress: (place: [number, number]) => void
  /** A tile of the layer did not come. */
  onLayerFailed: (collectionId: string) => void
}

export const hasWebgl = (): boolean => {
  const canvas = document.createElement('canvas')
  return canvas.getContext('webgl2') !== null
}

export const createStage = ({
  element,
  start,
  onMoved,
  onPointer,
  onPress,
  onLayerFailed,
}: StageParts): Promise<Stage> => {
  allowWorker()
  setWorkerUrl(workerUrl)
  const { sea, land, shore } = colours()
  const [west, south, east, north] = start.bounds
  const map = new LibreMap({
    container: element,
    attributionControl: false,
    // A picture of the map can be saved.
    canvasContextAttributes: { preserveDrawingBuffer: true },
    maxZoom: 22,
    ...(start.center === null
      ? { bounds: [west, south, east, north], fitBoundsOptions: { padding: 24 } }
      : { center: start.center, zoom: start.zoom ?? 11 }),
    style: {
      version: 8,
      sources: {
        land: {
          type: 'geojson',
          data: {
            type: 'Feature',
            properties: {},
            geometry: {
              type: 'Polygon',
              coordinates: [[...outlineDegrees, ...outlineDegrees.slice(0, 1)].map(([x, y]) => [x, y])],
            },
          },
        },
      },
      layers: [
        { id: 'sea', type: 'background', paint: { 'background-color': sea } },
        { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': land } },
        { id: 'shore', type: 'line', source: 'land', paint: { 'line-color': shore, 'line-width': 1 } },
      ],
    },
  })
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new ScaleControl({ maxWidth: 140, unit: 'metric' }), 'bottom-left')
  map.dragRotate.disable()
  map.touchZoomRotate.disableRotation()
  map.on('moveend', onMoved)
  map.on('idle', () => {
    element.dataset['drawn'] = 'yes'
  })
  map.on('dataloading', () => {
    delete element.dataset['drawn']
  })
  map.on('mousemove', ({ lngLat }: MapMouseEvent) => onPointer([lngLat.lng, lngLat.lat]))
  map.on('click', ({ lngLat }: MapMouseEvent) => onPress([lngLat.lng, lngLat.lat]))
  map.on('error', (event) => {
    const { sourceId } = event as { sourceId?: string }
    if (sourceId?.startsWith('data:')) onLayerFailed(sourceId.slice(5))
  })
  map.getCanvas().addEventListener('keydown', (event) => {
    const { lng, lat } = map.getCenter()
    if (event.key === 'Enter') onPress([lng, lat])
  })

  const ratio = devicePixelRatio > 1 ? 2 : 1
  /** Adds what is new, takes away what is gone, and puts all in the order asked for. */
  const show: Stage['show'] = (layers) => {
    const wanted = new Map(layers.map((one) => [one.layer.collectionId, one]))
    for (const { id } of map.getStyle().layers) {
      if (!id.startsWith('data:') || wanted.has(id.slice(5))) continue
      map.removeLayer(id)
      map.removeSource(id)
    }
    for (const [collectionId, { layer, seen }] of wanted) {
      const id = `data:${collectionId}`
      if (!map.getSource(id)) {
        map.addSource(id, {
          type: 'raster',
          tiles: [ratio === 2 ? layer.tilesUrl.fine : layer.tilesUrl.plain],
          tileSize: 256,
          ...(layer.bounds && { bounds: layer.bounds }),
        })
        map.addLayer({ id, type: 'raster', source: id, paint: { 'raster-fade-duration': 120 } })
      }
      map.moveLayer(id)
      map.setLayoutProperty(id, 'visibility', seen.isVisible ? 'visible' : 'none')
      map.setPaintProperty(id, 'raster-opacity', seen.opacity)
    }
  }
  const stage: Stage = {
    show,
    fit: ([left, bottom, right, top]) =>
      map.fitBounds([left, bottom, right, top], {
        padding: 40,
        maxZoom: 16,
        animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      }),
    look: () => {
      const { lng, lat } = map.getCenter()
      return { zoom: map.getZoom(), center: [lng, lat] }
    },
    degreesPerPixel: () => 360 / (512 * 2 ** map.getZoom()),
    picture: () => new Promise((resolve) => map.getCanvas().toBlob(resolve, 'image/png')),
    remove: () => map.remove(),
  }
  return new Promise((resolve) => {
    map.once('load', () => resolve(stage))
  })
}
