import { sameAddress } from '../addresses.ts'
import type { LoadBalancer } from '../model.ts'
import { error, type Rule, warning } from './rule.ts'
import { addressesOf, allBinds, overlap } from './sockets.ts'

/** haproxy would share the port between the two without a word, and each would get half of the clients. */
export const portOverlap: Rule = (subject) => {
  const { inventory } = subject
  const health = { port: inventory.haproxy.healthPort, addresses: ['127.0.0.1'], owner: 'the health page' }
  const taken = [health]
  return allBinds(subject).flatMap(({ bind, path, owner }) => {
    if (bind.port === 0) return []
    const addresses = addressesOf(bind, inventory)
    const clash = taken.find((other) => other.port === bind.port && overlap(other.addresses, addresses))
    taken.push({ port: bind.port, addresses: [...addresses], owner })
    if (clash === undefined) return []
    return [
      error(
        path,
        `${clash.owner} listens on port ${bind.port} of the same address too`,
        'choose another port or another address',
      ),
    ]
  })
}

/** Where haproxy runs beside the kube-apiserver it balances, both want the same port. */
export const stackedPort: Rule = (subject) => {
  const { inventory } = subject
  return allBinds(subject).flatMap(({ bind, path }) => {
    const stacked = inventory.loadBalancers.find((lb) => runsServer(lb, bind.port, inventory.haproxy.backends))
    if (stacked === undefined) return []
    const own = overlap(addressesOf(bind, inventory), [stacked.address])
    const message = `${stacked.name} is itself a server on port ${bind.port}, so haproxy cannot listen there`
    return own
      ? [error(path, message, `choose another port, say ${bind.port === 6443 ? 9443 : bind.port + 1}`)]
      : [
          warning(
            path,
            `${stacked.name} is itself a server on port ${bind.port}: haproxy starts only if that server leaves the VIP alone`,
            'choose another port, or bind the server to its own address',
          ),
        ]
  })
}

type Servers = readonly { readonly servers: readonly { readonly host: string; readonly port: number }[] }[]

function runsServer(lb: LoadBalancer, port: number, backends: Servers): boolean {
  return backends.some(({ servers }) =>
    servers.some(
      (server) => server.port === port && [lb.address, lb.name, lb.host].some((own) => sameAddress(own, server.host)),
    ),
  )
}
