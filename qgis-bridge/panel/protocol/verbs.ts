/** The verbs of openapi/bridge.yaml as types: what each takes and what it answers. */
import type { components, operations } from '../../../backend/src/contract/bridge.gen.ts'

export type Verb = keyof operations

type BodyOf<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Body } } }
  ? Body
  : Operation extends { requestBody: infer Shared }
    ? Shared extends { content: { 'application/json': infer Body } }
      ? Body
      : Record<string, never>
    : Record<string, never>

type AnswerOf<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Body } } }
}
  ? Body
  : Record<string, never>

export type Params<Name extends Verb> = BodyOf<operations[Name]>
export type Result<Name extends Verb> = AnswerOf<operations[Name]>

type Schemas = components['schemas']
export type Message = Schemas['Message']
export type QgisHello = Schemas['QgisHello']
export type Failure = Schemas['Failure']
export type LayerPictures = Result<'layer.compare'>
export type Settings = Schemas['Settings']
export type Theme = Schemas['Theme']
export type Connection = Schemas['Connection']
export type Project = Schemas['Project']
export type TreeNode = Schemas['TreeNode']
export type LayerFacts = Schemas['LayerFacts']
export type LayerLink = Schemas['LayerLink']
export type LayerStyle = Schemas['LayerStyle']
export type QgisMetadata = Schemas['QgisMetadata']
export type ExportedFile = Schemas['ExportedFile']
export type PendingUpload = Schemas['PendingUpload']
export type LayerWeight = Schemas['LayerWeight']
export type Fix = Schemas['Fix']
export type ProgressEvent = Schemas['ProgressEvent']
export type LayersChangedEvent = Schemas['LayersChangedEvent']
export type ApiAnswer = Schemas['ApiAnswer']

export type Events = {
  progress: ProgressEvent
  layersChanged: LayersChangedEvent
  connectionsChanged: Record<string, never>
  themeChanged: Theme
}
