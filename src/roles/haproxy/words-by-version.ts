import type { Word } from '../objection.ts'

/**
 * What an operator may ask for, in the inventory's own words or in raw lines, and the version that it came with, from haproxy's
 * CHANGELOG and the manual of each version. Not everything haproxy knows: what people write for a proxy of API servers. The rest
 * is for `haproxy -c` to refuse, before the file is put in place.
 */
export const HAPROXY_WORDS: readonly Word[] = [
  { name: 'a resolvers section', line: /^resolvers\s/, since: [1, 6] },
  { name: 'a mailers section', line: /^mailers\s/, since: [1, 6] },
  { name: 'option http-buffer-request', line: /^\s*option http-buffer-request/, since: [1, 6] },
  { name: 'http-reuse', line: /^\s*http-reuse\s/, since: [1, 6] },
  { name: 'lua-load', line: /^\s*lua-load\s/, since: [1, 6] },
  { name: 'sni for servers', line: /^\s*(default-)?server\b.*\ssni\s/, since: [1, 6] },
  { name: 'init-addr', line: /^\s*(default-)?server\b.*\sinit-addr\s/, since: [1, 7] },
  { name: 'a cache section', line: /^cache\s/, since: [1, 8] },
  { name: 'nbthread', line: /^\s*nbthread\s/, since: [1, 8] },
  { name: 'server-template', line: /^\s*server-template\s/, since: [1, 8] },
  { name: 'ssl-min-ver', line: /\sssl-min-ver\s/, since: [1, 8] },
  { name: 'check-sni', line: /\scheck-sni\s/, since: [1, 8] },
  { name: 'balance random', line: /^\s*balance random/, since: [1, 9] },
  { name: 'parse-resolv-conf', line: /^\s*parse-resolv-conf/, since: [1, 9] },
  { name: 'a log to stdout, stderr or a descriptor', line: /^\s*log (stdout|stderr|fd@)/, since: [1, 9] },
  { name: 'proto', line: /^\s*(bind|(default-)?server)\b.*\sproto\s/, since: [1, 9] },
  { name: 'check-alpn', line: /\scheck-alpn\s/, since: [2, 0] },
  { name: 'the prometheus-exporter', line: /\bprometheus-exporter\b/, since: [2, 0] },
  { name: 'set-dumpable', line: /^\s*set-dumpable/, since: [2, 0] },
  { name: 'an fcgi-app section', line: /^fcgi-app\s/, since: [2, 1] },
  { name: 'http-check connect and send', line: /^\s*http-check (connect|send)\b/, since: [2, 2] },
  { name: 'http-request return', line: /^\s*http-(request|response|after-response) return\b/, since: [2, 2] },
  { name: 'an http-errors section', line: /^http-errors\s/, since: [2, 2] },
  { name: 'a ring section', line: /^ring\s|^\s*log ring@/, since: [2, 2] },
  { name: 'a log-forward section', line: /^log-forward\s/, since: [2, 3] },
  { name: 'option httpslog', line: /^\s*option httpslog/, since: [2, 5] },
  { name: 'QUIC', line: /^\s*bind\s+quic[46]@/, since: [2, 6] },
  { name: 'balance hash', line: /^\s*balance hash\b/, since: [2, 6] },
  { name: 'a crt-store section', line: /^crt-store\b/, since: [3, 0] },
]

/** What needs something that haproxy may have been built without, by the name it has in `haproxy -vv`. */
export const BUILT_WITH: readonly { readonly name: string; readonly line: RegExp; readonly feature: string }[] = [
  { name: 'TLS on a bind', line: /^\s*bind\b.*\sssl(\s|$)/, feature: 'OPENSSL' },
  {
    name: 'TLS to servers (a readyz check, or ssl)',
    line: /^\s*(default-server|server|server-template)\b.*\s(check-)?ssl(\s|$)|^\s*http-check connect\b.*\sssl(\s|$)/,
    feature: 'OPENSSL',
  },
  { name: 'Lua', line: /^\s*lua-load/, feature: 'LUA' },
  { name: 'the prometheus-exporter', line: /\bprometheus-exporter\b/, feature: 'PROMEX' },
  { name: 'QUIC', line: /^\s*bind\s+quic[46]@/, feature: 'QUIC' },
]
