/** Words of keepalived, HAProxy and Ansible that people try first, and what they are here. */
const WORDS: Readonly<Record<string, string>> = {
  hosts: 'the hosts are load_balancers',
  nodes: 'the hosts are load_balancers',
  loadbalancers: 'the hosts are load_balancers',
  servers: 'servers belong to a frontend: haproxy.frontends.NAME.servers',
  vip: 'virtual addresses are vips, each with a name',
  virtual_ipaddress: 'virtual addresses are vips, each with a name',
  vrrp_instance: 'each of the vips gets an instance of its own',
  advert_int: 'it is advert_interval, like 1s',
  nopreempt: 'write preempt: false',
  unicast_peer: 'the peers are the other load balancers: write mode: unicast',
  unicast_src_ip: 'the source is the address of the load balancer: write mode: unicast',
  track_script: 'the check of haproxy is check, other scripts are scripts',
  vrrp_script: 'the check of haproxy is check, other scripts are scripts',
  auth_type: 'it is PASS wherever there is an auth_pass',
  notify_master: 'write notify: { master: COMMAND }',
  ansible_host: 'where ssh goes is host',
  ansible_user: 'who logs in is user',
  identityfile: 'it is identity_file',
  package: 'the version of the package is version, like "2.8*"',
  ssh_key: 'it is identity_file',
  host_key: 'a key is pinned where its host is: load_balancers.NAME.host_key, or at a jump host',
  host_keys: 'it is said once, for all: connection.host_keys; one host’s key is pinned by host_key',
}

export function foreignWord(key: string): string | undefined {
  return Object.hasOwn(WORDS, key) ? WORDS[key] : undefined
}
