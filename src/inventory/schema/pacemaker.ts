import * as z from 'zod'
import { duration, line, name, oneOrMore, secret, word } from './words.ts'

const operations = z.strictObject({
  monitor: z
    .strictObject({ interval: duration.optional(), timeout: duration.optional() })
    .optional()
    .describe('How often it is looked at, and when that counts as failed'),
  start_timeout: duration.optional(),
  stop_timeout: duration.optional(),
  on_fail: z
    .enum(['restart', 'standby', 'fence', 'ignore', 'block', 'stop'])
    .optional()
    .describe('What a failed monitor does'),
})

const device = z.strictObject({
  agent: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/, 'this is no fence agent; write its name, like fence_ipmilan')
    .describe('The fence agent: fence_ipmilan'),
  options: z
    .record(name, z.union([line, z.number(), z.boolean(), secret]))
    .optional()
    .describe('What the agent is told; a password by its source'),
  hosts: oneOrMore(name).optional().describe('The load balancers it can fence; all unless given'),
  monitor_interval: duration.optional().describe('How often it is asked whether it is there'),
})

export const pacemakerSchema = z
  .strictObject({
    haproxy: z
      .enum(['everywhere', 'with-vip'])
      .optional()
      .describe('everywhere: on all, and the VIP where it runs well; with-vip: only on the one that holds the VIP'),
    fencing: z
      .union([z.literal('none'), z.record(name, device)])
      .optional()
      .describe('none, or devices by name that turn a lost member off'),
    quorum_policy: z
      .enum(['stop', 'freeze', 'demote', 'suicide', 'ignore'])
      .optional()
      .describe('What members without quorum do'),
    stickiness: z.int().min(0).optional().describe('How much a VIP would rather stay where it is'),
    migration_threshold: z.int().min(0).optional().describe('Failures on a member before it is left; 0: never'),
    failure_timeout: duration.optional().describe('After how long a failure is forgotten; 0s: never'),
    monitor: operations.shape.monitor.describe('How often the VIPs are looked at'),
    vip: operations.optional().describe('How the VIPs are started, watched and stopped'),
    haproxy_operations: operations.optional().describe('How haproxy is started, watched and stopped'),
    properties: z
      .record(name, z.union([word, z.number(), z.boolean()]))
      .optional()
      .describe('Further cluster properties by name'),
    purge: z.boolean().optional().describe('Take away what others put into the CIB; it is left and told unless given'),
    version: word
      .optional()
      .describe('The version of the package, 2.1* for any that begins so; the newest there is unless given'),
  })
  .describe('pacemaker, of ha: pacemaker: what runs where')
