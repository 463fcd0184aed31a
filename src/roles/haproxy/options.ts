import type { Haproxy } from '../../inventory/model.ts'

/** Options that haproxy accepts only where the mode is http; elsewhere it warns at every reload. */
const NEEDS_HTTP = /^(http(?!chk)|forwardfor|originalto|accept-invalid-http|checkcache|h1-case)/

/** Of those, the ones that belong to a backend; the others are written to the frontend, which is enough. */
const OF_BACKENDS = /^(http-pretend-keepalive|accept-invalid-http-response|checkcache|h1-case-adjust-bogus-server)/

/** The options of `defaults`, dealt out to the sections where they mean something. */
export interface DealtOptions {
  readonly defaults: readonly string[]
  readonly httpFrontends: readonly string[]
  readonly httpBackends: readonly string[]
}

/**
 * Where all sections speak http, every default option stays in `defaults`. Where some are tcp, the options that need
 * http move into the http sections: what the operator meant, without haproxy's warnings about the others.
 */
export function dealOptions(haproxy: Haproxy): DealtOptions {
  const { options } = haproxy.defaults
  const anyTcp = [...haproxy.frontends, ...haproxy.backends].some((one) => one.mode === 'tcp')
  if (!anyTcp) return { defaults: options, httpFrontends: [], httpBackends: [] }
  const http = options.filter((option) => NEEDS_HTTP.test(option))
  return {
    defaults: options.filter((option) => !NEEDS_HTTP.test(option)),
    httpFrontends: http.filter((option) => !OF_BACKENDS.test(option)),
    httpBackends: http.filter((option) => OF_BACKENDS.test(option)),
  }
}

/** The dealt options that a section of this mode takes over, but for those it names itself. */
export function inherited(
  section: { readonly mode: 'tcp' | 'http'; readonly options: readonly string[] },
  dealt: readonly string[],
): readonly string[] {
  return section.mode === 'http' ? dealt.filter((option) => !section.options.includes(option)) : []
}

export function optionLines(options: readonly string[]): string[] {
  return options.map((option) => (option.startsWith('no ') ? `no option ${option.slice(3)}` : `option ${option}`))
}
