import * as z from 'zod'
import { connectionSchema, ownConnection } from './connection.ts'
import { haproxySchema } from './haproxy.ts'
import { corosyncSchema } from './corosync.ts'
import { keepalivedSchema } from './keepalived.ts'
import { pacemakerSchema } from './pacemaker.ts'
import { hostName, name, oneOrMore, port, userName, word } from './words.ts'

const ownLoadBalancer = z.strictObject({
  address: word.describe('Its own IP address in the cluster'),
  host: hostName.optional().describe('Where ssh goes; the name of the load balancer unless given'),
  port: port.optional().describe('Its SSH port; that of the connection unless given'),
  user: userName.optional().describe('Who logs in; that of the connection unless given'),
  priority: z.int().optional().describe('1 to 254; the highest that is well holds the VIPs'),
  state: z.enum(['MASTER', 'BACKUP']).optional().describe('What it begins as'),
  node_id: z
    .int()
    .optional()
    .describe('Of corosync: its number, 1 to 65535; kept from the cluster, else counted, unless given'),
  links: oneOrMore(word)
    .optional()
    .describe('Of corosync: its addresses on further links, one or none as a rule; the first link is address'),
  ...ownConnection,
})
const loadBalancer = z.union([word, ownLoadBalancer])

const vip = z.strictObject({
  address: word.describe('The address, with or without a prefix: 192.168.4.20/27'),
  interface: word.describe('The interface that carries it'),
  virtual_router_id: z
    .int()
    .optional()
    .describe('1 to 255, one of its kind on the network; derived from the address unless given'),
  instance: name.optional().describe('The name of its vrrp_instance; made from keepalived.instance unless given'),
  label: word.optional().describe('The label of the address: eth0:api'),
  broadcast: word.optional().describe('Of pacemaker: the broadcast address; derived from the prefix unless given'),
  options: z
    .record(name, z.union([word, z.number(), z.boolean()]))
    .optional()
    .describe('Of pacemaker: further parameters of ocf:heartbeat:IPaddr2, like lvs_support'),
  prefer: z
    .record(name, z.union([z.int(), z.enum(['always', 'never'])]))
    .optional()
    .describe(
      'Of pacemaker: which load balancers would rather hold it, by score; always: the first choice; never: not there',
    ),
})

/** What an operator writes. Nothing is filled in here: defaults are the normaliser's. */
export const inventorySchema = z
  .strictObject({
    cluster: name.describe('The name of the cluster'),
    ha: z.enum(['keepalived', 'pacemaker']).optional().describe('Who moves the VIP; keepalived unless given'),
    connection: connectionSchema.optional(),
    load_balancers: z.record(name, loadBalancer).describe('The hosts: name: address'),
    vips: z.record(name, vip).describe('The virtual IP addresses'),
    firewall: z
      .enum(['manage', 'check', 'ignore'])
      .optional()
      .describe('Open what is missing in the firewalls of the hosts, tell what is closed, or leave them alone'),
    keepalived: keepalivedSchema.optional(),
    corosync: corosyncSchema.optional(),
    pacemaker: pacemakerSchema.optional(),
    haproxy: haproxySchema,
  })
  .describe('One cluster of load balancers for ha-provision')

export type RawInventory = z.infer<typeof inventorySchema>
export type RawLoadBalancer = z.infer<typeof ownLoadBalancer>
export type RawConnection = NonNullable<RawInventory['connection']>
export type RawKeepalived = NonNullable<RawInventory['keepalived']>
export type RawCorosync = NonNullable<RawInventory['corosync']>
export type RawPacemaker = NonNullable<RawInventory['pacemaker']>
export type RawHaproxy = RawInventory['haproxy']
export type RawFrontend = RawHaproxy['frontends'][string]
export type RawBackend = NonNullable<RawHaproxy['backends']>[string]
