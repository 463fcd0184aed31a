#!/bin/bash
# Managed by ha-provision for the cluster demo: changes made here are overwritten.
# Does haproxy answer? A connection alone proves nothing: the kernel accepts for a frozen process.
exec 3<>/dev/tcp/127.0.0.1/61999 || exit 1
printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3 || exit 1
read -r -t 3.6 version status reason <&3 || exit 1
[[ $status == 200 ]]
