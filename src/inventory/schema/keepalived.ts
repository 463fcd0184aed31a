import * as z from 'zod'
import { command, duration, line, mailAddress, name, oneOrMore, port, raw, secret, userName, word } from './words.ts'

const weight = z
  .int()
  .describe('What a failure takes from the priority; 0 makes it a fault, which always gives the VIP up')

const timing = {
  interval: duration.optional().describe('How often it runs; whole seconds'),
  timeout: duration.optional().describe('When it counts as failed; whole seconds'),
  fall: z.int().min(1).optional().describe('How many failures make it fail'),
  rise: z.int().min(1).optional().describe('How many successes make it well again'),
  weight: weight.optional(),
}

const check = z
  .strictObject({
    kind: z
      .enum(['reply', 'port', 'none'])
      .optional()
      .describe('reply asks haproxy for an answer; port only connects; none checks nothing'),
    port: port.optional().describe('The port that is connected to, for kind: port'),
    ...timing,
  })
  .describe('How keepalived judges haproxy on its own host')

const script = z.strictObject({
  command: command.describe('The script by its absolute path, with arguments'),
  user: userName.optional().describe('Who runs it; script_user unless given'),
  ...timing,
})

const trackProcess = z.strictObject({
  process: word.describe('The name of the process'),
  weight: weight.optional(),
  delay: duration.optional().describe('How long it may be gone before that counts'),
})

const garp = z
  .strictObject({
    master_delay: duration
      .optional()
      .describe('The second set of announcements after becoming master comes after this time'),
    master_repeat: z.int().min(0).optional().describe('How many announcements a set has'),
    master_refresh: duration.optional().describe('Announce again this often while master'),
    master_refresh_repeat: z.int().min(1).optional().describe('How many announcements each time'),
    lower_prio_repeat: z
      .int()
      .min(0)
      .optional()
      .describe('How many announcements after another master with a lower priority was heard'),
    interval: duration.optional().describe('Pause between two gratuitous ARP messages'),
    gna_interval: duration.optional().describe('Pause between two unsolicited neighbour advertisements'),
  })
  .describe('Gratuitous ARP: how the network learns where the VIP is; keepalived’s own defaults unless given')

const mail = z
  .strictObject({
    to: oneOrMore(mailAddress).describe('Who gets mail'),
    from: mailAddress.describe('The sender'),
    server: word.describe('The SMTP server: an address, or address:port'),
    connect_timeout: duration.optional().describe('How long to wait for the server; whole seconds'),
    alert: z.boolean().optional().describe('Send a mail at every transition'),
  })
  .describe('Mail at VRRP transitions')

const notify = z
  .strictObject({
    master: command.optional(),
    backup: command.optional(),
    fault: command.optional(),
    stop: command.optional(),
    any: command.optional().describe('Runs at every transition, after the others'),
  })
  .describe('Commands that run at VRRP transitions')

const extra = z
  .strictObject({
    global: raw.optional().describe('Lines of global_defs'),
    instance: raw.optional().describe('Lines of every vrrp_instance'),
    file: raw.optional().describe('Lines at the end of the file'),
  })
  .describe('Raw lines of keepalived.conf')

export const keepalivedSchema = z
  .strictObject({
    mode: z.enum(['unicast', 'multicast']).optional().describe('How the load balancers tell each other that they live'),
    instance: name
      .optional()
      .describe('The vrrp_instance of a VIP is named by this and the name of the VIP: VI_ gives VI_api'),
    router_id: line.optional().describe('name: the load balancer’s name; address: its address; else this text'),
    advert_interval: duration.optional().describe('How often the master says that it lives'),
    preempt: z.boolean().optional().describe('A higher priority takes the VIP back when it is well again'),
    preempt_delay: duration.optional().describe('How long it waits before it does'),
    vrrp_version: z.literal([2, 3]).optional().describe('3 is needed for IPv6, and knows no password'),
    auth_pass: z
      .union([z.enum(['generate', 'none']), secret])
      .optional()
      .describe('The VRRP password, 8 characters at most'),
    check: check.optional(),
    scripts: z.record(name, script).optional().describe('More scripts whose failure counts'),
    track_process: z
      .union([word, trackProcess])
      .optional()
      .describe('A process that has to run; does not work in containers'),
    track_interfaces: oneOrMore(word).optional().describe('Interfaces that have to be up, besides the VIP’s own'),
    script_user: userName.optional().describe('Who runs the scripts; made where it is missing'),
    script_security: z.boolean().optional().describe('Refuse scripts that others than root could change'),
    skip_check_adv_addr: z
      .boolean()
      .optional()
      .describe('Do not compare the addresses of each advert from the same master'),
    strict: z.boolean().optional().describe('vrrp_strict: the RFC to the letter, without unicast and passwords'),
    garp: garp.optional(),
    mail: mail.optional(),
    notify: notify.optional(),
    extra: extra.optional(),
    version: word
      .optional()
      .describe('The version of the package, 2.8* for any that begins so; the newest there is unless given'),
  })
  .describe('keepalived: who holds the VIPs')
