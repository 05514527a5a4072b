/** What a page is put together from besides controls: notices, progress, parts that open. */
import type { ComponentChildren } from 'preact'

export type Tone = 'good' | 'info' | 'warning' | 'bad'

/** `isAlert`: read out at once, because it answers what was just done. */
export const Notice = ({
  tone,
  title,
  test,
  isAlert = false,
  children,
}: {
  tone: Tone
  title: string
  test?: string
  isAlert?: boolean
  children?: ComponentChildren
}) => (
  <div class={`notice ${tone}`} data-test={test} role={isAlert ? 'alert' : undefined}>
    <p class="notice-title">{title}</p>
    {children}
  </div>
)

export const Progress = ({ label, share, test }: { label: string; share: number | null; test: string }) => {
  const percent = share === null ? null : Math.round(Math.max(0, Math.min(1, share)) * 100)
  return (
    <div
      class={percent === null ? 'progress unknown' : 'progress'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      data-test={test}
    >
      <div class="progress-bar" style={{ width: `${percent ?? 30}%` }} />
    </div>
  )
}

export const Disclosure = ({
  test,
  title,
  children,
  isOpen = false,
}: {
  test: string
  title: ComponentChildren
  children: ComponentChildren
  isOpen?: boolean
}) => (
  <details class="disclosure" open={isOpen}>
    <summary data-test={test}>{title}</summary>
    <div class="disclosure-body">{children}</div>
  </details>
)

export const Badge = ({ tone, children }: { tone: Tone | 'plain'; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
)

export const Busy = ({ text }: { text: string }) => (
  <p class="busy" role="status">
    <span class="spinner" aria-hidden="true" />
    {text}
  </p>
)

export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children}
  </div>
)
