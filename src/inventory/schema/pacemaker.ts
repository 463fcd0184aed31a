import * as z from 'zod'
import { duration, line, name, oneOrMore, secret, word } from './words.ts'

const monitor = z.strictObject({
  interval: duration.optional().describe('How often it is looked at'),
  timeout: duration.optional().describe('When no answer counts as a failure'),
})

const operations = z.strictObject({
  monitor: monitor.optional().describe('How it is watched; pacemaker.monitor unless given'),
  start_timeout: duration.optional().describe('When a start counts as failed'),
  stop_timeout: duration.optional().describe('When a stop counts as failed'),
  on_fail: z
    .enum(['restart', 'standby', 'fence', 'ignore', 'block', 'stop'])
    .optional()
    .describe('What a failure that the monitor finds does'),
})

const device = z.strictObject({
  agent: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/, 'this is no fence agent; write its name, like fence_ipmilan')
    .describe('The fence agent: fence_ipmilan'),
  options: z
    .record(name, z.union([line, z.number(), z.boolean(), secret]))
    .optional()
    .describe('What the agent is told, in its own words; a password by its source'),
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
    migration_threshold: z
      .int()
      .min(0)
      .optional()
      .describe('After how many failures on a member the VIP leaves it; 0: never'),
    failure_timeout: duration.optional().describe('After how long a failure is forgotten; 0s: never'),
    monitor: monitor.optional().describe('How the VIPs and haproxy are watched'),
    operations: z
      .strictObject({
        vip: operations.optional().describe('How the VIPs are started, watched and stopped'),
        haproxy: operations.optional().describe('How haproxy is started, watched and stopped'),
      })
      .optional()
      .describe('Where the VIPs and haproxy are treated differently'),
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
